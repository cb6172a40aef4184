"""The demo's people: random passwords, kept in one file of the demo folder and nowhere else."""

import csv
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from tileplan.accounts import queries, service

# No letter or digit that looks like another.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class SignIn:
    """Somebody of the demo, and how to sign in as them."""

    login: str
    password: str
    role: str
    name_en: str
    name_zh: str


def give_passwords(plant: Path, kept: Path) -> None:
    """Give everybody of the plant's list a random password and write them down for the owner only."""
    with (plant / "users.csv").open(newline="", encoding="utf-8") as file:
        logins = [row["user"] for row in csv.DictReader(file)]
    people = queries.users_by_login(logins)
    written = []
    for login in logins:
        password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
        person = people[login]
        service.make_demo(person, password)
        written.append(f"{login}\t{password}\t{person.role}\t{person.name_en}\t{person.name_zh}\n")
    beside = kept.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.writelines(written)
    beside.replace(kept)


def sign_ins(kept: Path) -> list[SignIn]:
    """Everybody of the demo, as written down."""
    return [SignIn(*line.split("\t")) for line in kept.read_text().splitlines()]


def one_per_role(people: list[SignIn]) -> list[SignIn]:
    """The first of each role."""
    first: dict[str, SignIn] = {}
    for person in people:
        first.setdefault(person.role, person)
    return list(first.values())
