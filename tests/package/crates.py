#!/usr/bin/env python3
"""Which crates are published, and the workspace that tests/package/run builds from their packages.

tests/package/crates.py                       their names, in the order in which they can be published
tests/package/crates.py --workspace FOLDER    writes FOLDER/Cargo.toml over the packages unpacked in FOLDER
"""

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
#: What a page of a registry shows; `cargo publish` itself insists on few of them.
METADATA = ["description", "license", "repository", "readme", "keywords", "categories", "rust_version"]


def packages() -> list[dict[str, Any]]:
    """The packages that are published, each after those that it depends on."""
    command = ["cargo", "metadata", "--format-version=1", "--locked", "--no-deps"]
    metadata = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
    published = {package["name"]: package for package in metadata["packages"] if package["publish"] != []}
    ordered: list[dict[str, Any]] = []
    waiting = dict(sorted(published.items()))
    while waiting:
        ready = [name for name, package in waiting.items() if not needed(package) & waiting.keys()]
        if not ready:
            sys.exit(f"these crates depend on one another in a circle: {', '.join(waiting)}")
        ordered += [waiting.pop(name) for name in ready]
    return ordered


def needed(package: dict[str, Any]) -> set[str]:
    """What must be in the registry before this package: development dependencies by path alone need not."""
    return {
        dependency["name"]
        for dependency in package["dependencies"]
        if dependency["kind"] != "dev" or dependency["req"] != "*"
    }


def check(package: dict[str, Any]) -> None:
    """Everything that a page of a registry shows is there, and the licences travel with the package."""
    missing = [field for field in METADATA if not package[field]]
    if missing:
        sys.exit(f"{package['name']}: Cargo.toml lacks {', '.join(missing)}")
    folder = Path(package["manifest_path"]).parent
    for name in ["LICENSE-MIT", "LICENSE-APACHE", package["readme"]]:
        if not (folder / name).exists():
            sys.exit(f"{package['name']}: {name} is missing")
    library = folder / "src" / "lib.rs"
    if library.exists() and '#![doc = include_str!("../README.md")]' not in library.read_text():
        sys.exit(f"{package['name']}: src/lib.rs does not have README.md as its front page")


def check_consumer(published: list[str]) -> None:
    """The consumer has every library, so that none is published that does not build from its package."""
    consumer = tomllib.loads((ROOT / "tests" / "package" / "consumer" / "Cargo.toml").read_text())
    missing = set(published) - {"zkml"} - consumer["dependencies"].keys()
    if missing:
        sys.exit(f"tests/package/consumer/Cargo.toml lacks {', '.join(sorted(missing))}")


def write_workspace(folder: Path) -> None:
    """A workspace of the consumer and the command line; every package of ours is the unpacked one."""
    unpacked = {package["name"]: f"{package['name']}-{package['version']}" for package in packages()}
    members = json.dumps(["consumer", unpacked.pop("zkml")])
    lines = ["[workspace]", f"members = {members}", 'resolver = "3"', "", "[patch.crates-io]"]
    lines += [f'{name} = {{ path = "{path}" }}' for name, path in unpacked.items()]
    # The repository's own profiles, so that dependencies that are compiled already are not compiled again.
    text = (ROOT / "Cargo.toml").read_text()
    profiles = text[text.index("[profile.") :]
    if set(tomllib.loads(profiles)) != {"profile"}:
        sys.exit("Cargo.toml: the profiles must be its last tables")
    (folder / "Cargo.toml").write_text("\n".join(lines) + "\n\n" + profiles)


def main() -> None:
    match sys.argv[1:]:
        case []:
            published = packages()
            for package in published:
                check(package)
                print(package["name"])
            check_consumer([package["name"] for package in published])
        case ["--workspace", folder]:
            write_workspace(Path(folder))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
