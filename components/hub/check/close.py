# A cell of the check: gives the workers back, which would else wait for a scheduler that is gone.
if "cluster" in globals():
    cluster.close()
