// A function without a body, such as evaluatePacket in main.go, needs a file of assembly in its package.
