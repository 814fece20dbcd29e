# A cluster in the notebook's own pod, as the site has no other.
from distributed import LocalCluster

cluster = LocalCluster(n_workers=0, threads_per_worker=1)
