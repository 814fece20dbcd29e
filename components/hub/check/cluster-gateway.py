# A cluster of the site's Dask Gateway, whose address is in the environment of every user's server.
from dask_gateway import Gateway

cluster = Gateway().new_cluster()
