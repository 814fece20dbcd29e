"""Which sizes of servers a user is offered, and how much the members of a group run at once. It reads the values' key custom.users.

It runs in the hub's own process, and imports only what the hub's image of the chart holds."""

from jupyterhub import orm
from tornado.web import HTTPError


def install(c, given) -> None:
    """Adds the limits to the hub's configuration. What starts a server before them, they start after their own question."""
    listed, sizes, ceilings = list(c.KubeSpawner.profile_list), given["profiles"], given["ceilings"]
    before = c.KubeSpawner.get("pre_spawn_hook")

    # Functions, because traitlets copies what it finds in a configuration.
    def offered(spawner):
        own = {group.name for group in spawner.user.groups}
        groups_of = {name: size.get("groups") for name, size in sizes.items()}
        return [each for each in listed if groups_of[each["display_name"]] is None or own & set(groups_of[each["display_name"]])]

    async def pre_spawn(spawner):
        slugs = {each["slug"]: sizes[each["display_name"]]["memory"] for each in spawner._get_initialized_profile_list(listed)}
        for ceiling in ceilings:
            _refuse_beyond(ceiling, spawner, slugs)
        if before:
            await before(spawner)

    c.KubeSpawner.profile_list = offered
    c.KubeSpawner.pre_spawn_hook = pre_spawn


def _refuse_beyond(ceiling, spawner, memory_of) -> None:
    """Refuses a server with which the members of a group would run more than the ceiling.

    A server counts from the moment at which the hub begins to start it, so of two that begin together at the ceiling both may be refused."""
    name, user = ceiling["group"], spawner.user
    if name not in {group.name for group in user.groups}:
        return
    members = orm.Group.find(user.db, name).users
    own = spawner.orm_spawner.id
    others = [each for member in members for each in member.orm_spawners.values() if each.server is not None and each.id != own]
    default = next(iter(memory_of.values()))
    memory = sum(memory_of.get((each.user_options or {}).get("profile"), default) for each in (*others, spawner.orm_spawner))
    if len(others) + 1 > ceiling.get("servers", len(others) + 1):
        _refuse(f"The members of {name} run {len(others)} servers, and {ceiling['servers']} is the most. Try again when one has stopped.")
    if memory > ceiling.get("memory", memory):
        most = f"{ceiling['memory'] / 2**30:g} GiB"
        _refuse(f"With this server the members of {name} would have more than {most} of memory. Take a smaller one, or wait.")


def _refuse(message: str) -> None:
    refusal = HTTPError(429, message, reason="Too many servers")
    refusal.jupyterhub_message = message
    raise refusal
