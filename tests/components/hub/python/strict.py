"""What traitlets only warns about, or says nothing about: settings of classes and traits that nobody reads."""

from traitlets.config import Configurable


def problems_of(config, classes):
    """Sections and traits of a configuration that none of the classes has, or has only under an older name."""
    known = {base.__name__: base for each in classes for base in each.__mro__ if issubclass(base, Configurable)}
    problems = []
    for section, traits in config.items():
        if section not in known:
            problems.append(f"{section}: no class that runs has this name")
            continue
        reader = known[section]
        old = {name for base in reader.__mro__ for name in _old_names(base)}
        for name in traits:
            if name in old:
                problems.append(f"{section}.{name}: the name is out of use")
            elif name not in reader.class_traits(config=True):
                problems.append(f"{section}.{name}: the class has no such trait")
    return problems


def _old_names(base):
    return {**vars(base).get("_deprecated_aliases", {}), **vars(base).get("_deprecated_oauth_aliases", {})}
