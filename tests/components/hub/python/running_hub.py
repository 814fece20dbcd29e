"""Configuration of a hub that runs on loopback: the site's own, with the addresses and the proxy of the test."""

import json
import os

from jupyterhub.auth import DummyAuthenticator

from hub_config import PLACE, from_chart, from_table

with open(os.environ["AF_GIVEN"]) as file:
    given = json.load(file)

c = get_config()  # noqa
c.merge(from_chart(given["chart"], given["values"]) if given.get("chart") else from_table(given["values"]))

c.JupyterHub.template_paths = [path.replace(PLACE["there"], PLACE["here"]) for path in c.JupyterHub.template_paths]
c.JupyterHub.bind_url = f"http://127.0.0.1:{given['ports'][0]}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{given['ports'][1]}"
c.JupyterHub.hub_connect_url = c.JupyterHub.hub_bind_url
c.JupyterHub.db_url = "sqlite://"
c.JupyterHub.cookie_secret_file = os.path.join(os.path.dirname(os.environ["AF_GIVEN"]), "cookie_secret")
# What the hub starts itself needs a package of its own.
c.JupyterHub.services = [service for service in c.JupyterHub.services if "command" not in service]
c.JupyterHub.load_roles = [role for role in c.JupyterHub.load_roles if role["name"] != "jupyterhub-idle-culler"]
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{given['ports'][2]}"
c.ConfigurableHTTPProxy.should_start = True
c.ConfigurableHTTPProxy.command = given["proxy"]
c.KubeSpawner.namespace = given.get("namespace", "hub")
if given.get("token"):
    c.JupyterHub.services.append({"name": "a-test", "api_token": given["token"]})
    c.JupyterHub.load_roles += [{"name": "a-test", "services": ["a-test"], "scopes": ["admin:users", "admin:servers"]}]
    c.KubeSpawner.start_timeout = given["startTimeout"]
    c.KubeSpawner.http_timeout = c.KubeSpawner.poll_interval = 10


class AnybodyWithAToken(DummyAuthenticator):
    """Lets everybody in, as somebody whom a provider has given a token."""

    async def authenticate(self, handler, data):
        groups = given.get("groups", {}).get(data["username"])
        return {"name": data["username"], **({"groups": groups} if groups else {}), "auth_state": {"access_token": f"the token of {data['username']}"}}


if given["dummy"]:
    c.JupyterHub.authenticator_class = AnybodyWithAToken
    c.Authenticator.allow_all = True
    c.Authenticator.manage_groups = "groups" in given
    c.Authenticator.refresh_pre_spawn = False
