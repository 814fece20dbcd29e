# A cluster of the class that the image's settings give JupyterLab's extension: the one in which a user's tutorial begins
# (https://github.com/dask/dask-labextension#configuring-the-dask-cluster-manager).
import importlib

import dask

_factory = dask.config.get("labextension.factory")
cluster = getattr(importlib.import_module(_factory["module"]), _factory["class"])(*_factory.get("args", []), **_factory.get("kwargs", {}))
