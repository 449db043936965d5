"""The shape of the project itself: what is public, what is light, who may import whom."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import rag
from rag import errors, records
from rag.settings import Settings

HEAVY = {
    "faiss",
    "gradio",
    "langchain",
    "langchain_core",
    "numpy",
    "onnx",
    "onnxruntime",
    "opencc",
    "sentence_transformers",
    "sklearn",
    "torch",
    "transformers",
}


def loaded_after(statement: str) -> set[str]:
    """Return the top-level modules a fresh interpreter has loaded after ``statement``."""
    script = (
        f"import json, sys; before = set(sys.modules); {statement}; "
        "print(json.dumps(sorted({name.partition('.')[0] for name in set(sys.modules) - before})))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def modules(repository: Path) -> list[Path]:
    return sorted((repository / "rag").rglob("*.py"))


def tracked_files(repository: Path) -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=repository, capture_output=True)
    if done.returncode:
        pytest.skip("not a git checkout")
    names = done.stdout.decode().split("\0")
    return [repository / name for name in names if name and (repository / name).is_file()]


@pytest.mark.parametrize(
    "statement",
    ["import rag", "from rag import Answer, Turn, RagError, IndexNotFound", "import rag.cli.main"],
)
def test_imports_are_light(statement: str) -> None:
    loaded = loaded_after(statement)
    allowed = {"rag", "click"} if "cli" in statement else {"rag"}
    assert "rag" in loaded
    assert loaded - set(sys.stdlib_module_names) - allowed == set()


@pytest.mark.parametrize("module", ["rag.assembly", "rag.bot", "rag.settings", "rag.cli.asking"])
def test_asking_loads_no_heavy_library_before_it_must(module: str) -> None:
    allowed = {"faiss", "numpy"} if module == "rag.bot" else set()
    assert loaded_after(f"import {module}") & HEAVY <= allowed


def test_every_public_name_is_there() -> None:
    for name in rag.__all__:
        assert getattr(rag, name) is not None
    assert sorted(rag.__all__) == rag.__all__
    assert dir(rag) == rag.__all__


def test_every_record_and_error_is_public() -> None:
    inner = {"SupportsIndex", "Any", "Mapping"}
    for module in (records, errors):
        defined = {
            name
            for name, value in vars(module).items()
            if isinstance(value, type) and value.__module__ == module.__name__
        }
        assert defined - inner <= set(rag.__all__), module.__name__


def test_the_typed_face_is_the_lazy_one(repository: Path) -> None:
    tree = ast.parse((repository / "rag" / "__init__.py").read_text(encoding="utf-8"))
    typed = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("rag.")
        for alias in node.names
    }
    assert typed | {"__version__"} == set(rag.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'aks'"):
        rag.aks  # noqa: B018


def test_the_drawn_error_tree_is_the_real_one() -> None:
    drawn = dict(re.findall(r"(\w+(?:Error|Extra))\s+(?:exit code )?(\d)\b", errors.__doc__ or ""))
    real = {
        value.__name__: str(value.exit_code)
        for value in vars(errors).values()
        if isinstance(value, type) and "exit_code" in vars(value)
    }
    assert drawn == real


def test_no_module_is_longer_than_350_lines(repository: Path) -> None:
    lengths = {
        str(path.relative_to(repository)): len(path.read_text(encoding="utf-8").splitlines())
        for path in modules(repository)
    }
    assert {name: length for name, length in lengths.items() if length > 350} == {}


def test_floors(repository: Path) -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=repository,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_module_states_its_purpose(repository: Path) -> None:
    for path in modules(repository):
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path


def test_no_file_names_a_place_of_one_machine(repository: Path) -> None:
    place = re.compile(rb"(?<![\w.:])/(?:work|home|root|Users|opt)/\w")
    # Tests may hand in invented places.
    found = [
        str(path.relative_to(repository))
        for path in tracked_files(repository)
        if not path.is_relative_to(repository / "tests") and place.search(path.read_bytes())
    ]
    assert found == []


def test_the_lock_satisfies_the_project(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    locked: dict[str, str] = {}
    for name in ("requirements.lock", "requirements-dev.lock"):
        for line in (repository / name).read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                pin = Requirement(line)
                (specifier,) = pin.specifier
                assert specifier.operator == "==", line
                locked[canonicalize_name(pin.name)] = specifier.version
    extra = project["project"]["optional-dependencies"]["local-llm"]
    wanted += extra
    for line in (repository / "requirements-local-llm.lock").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            pin = Requirement(line)
            locked[canonicalize_name(pin.name)] = next(iter(pin.specifier)).version
    for line in wanted:
        requirement = Requirement(line)
        assert len(requirement.specifier) == 2 or "==" in str(requirement.specifier), line
        assert requirement.specifier.contains(locked[canonicalize_name(requirement.name)]), line
    assert not [name for name in locked if re.match("nvidia|cuda|triton", name)]


def test_every_library_that_is_imported_is_declared(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))
    requirements = [Requirement(line) for line in project["project"]["dependencies"]]
    declared = {canonicalize_name(requirement.name) for requirement in requirements}
    imported: dict[str, Path] = {}
    for path in modules(repository):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            imported |= {name.partition(".")[0]: path for name in names}
    owners = packages_distributions()
    for name in imported.keys() - set(sys.stdlib_module_names) - {"rag", "rapidocr", "xllamacpp"}:
        found = {canonicalize_name(owner) for owner in owners[name]}
        assert found & declared, f"{name}: {imported[name]}"


def test_the_changelog_starts_with_this_version(repository: Path) -> None:
    changelog = (repository / "CHANGELOG.md").read_text(encoding="utf-8")
    first = re.search(r"^## \[?([\w.]+)", changelog, re.MULTILINE)
    assert first
    assert first[1] == rag.__version__


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_readme_lists_every_setting_with_its_default(repository: Path, name: str) -> None:
    text = (repository / name).read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `(\w+)` \| ([^|]*) \|", text, re.MULTILINE))
    assert set(listed) == set(Settings.model_fields)
    for key, field in Settings.model_fields.items():
        if field.default_factory is None and field.default is not None:
            assert listed[key].strip("` ") == str(field.default).removesuffix(".0"), key


@pytest.mark.slow
def test_an_installed_wheel_finds_its_documents_and_prompts(
    repository: Path, tmp_path: Path
) -> None:
    built = tmp_path / "built"
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(built)],
        cwd=repository,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    (wheel,) = built.glob("*.whl")
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    script = (
        "import rag; from rag.resources import *; "
        "print(rag.__file__); print(seeds_directory()); print(prompts_directory())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(site), "PATH": ""},
    )
    assert done.returncode == 0, done.stderr
    package, seeds, prompts = (Path(line) for line in done.stdout.splitlines())
    assert package.is_relative_to(site)
    for shipped, original in ((seeds, "seeds"), (prompts, "prompts")):
        assert shipped.is_relative_to(site)
        names = {path.name for path in (repository / original).iterdir()}
        assert {path.name for path in shipped.iterdir()} == names
    article = "000_8201aa3fab57e6be.txt"
    assert (seeds / article).read_bytes() == (repository / "seeds" / article).read_bytes()
    assert (site / "rag" / "py.typed").exists()
    assert shutil.which("rag", path=str(site)) is None
