// Pulumi's own kubernetes provider. Its upstream main package embeds files that the Go module does not carry, so this one reads the schema
// from the file that the build puts beside the program.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
)

// version is set by the linker to the version of the SDK that the program uses.
var version = "0.0.0"

func main() {
	schema, err := readSchema()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	// The mapping serves `pulumi convert --from terraform` alone.
	provider.Serve("kubernetes", version, schema, []byte("{}"))
}

func readSchema() ([]byte, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	// A plugin folder may hold a link to the program.
	program, err := filepath.EvalSymlinks(self)
	if err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(filepath.Dir(program), "schema.json"))
}
