"""Recordings become plain sound whole or not at all, and nothing hostile is opened."""

import errno
import socket
import threading
import wave
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest
from av import AudioStream
from numpy.typing import NDArray

from capture import audio
from capture.audio import RATE, copy_sound, decode, probe, read_signal
from capture.confinement import Limits
from models.errors import AudioError, DiskFull


def hum(seconds: float, *, rate: int = RATE, channels: int = 1) -> NDArray[np.int16]:
    times = np.arange(int(seconds * rate)) / rate
    one = (8000 * np.sin(2 * np.pi * 220 * times)).astype(np.int16)
    return np.repeat(one[:, None], channels, axis=1)


def write_wav(path: Path, samples: NDArray[np.int16], *, rate: int = RATE) -> Path:
    with wave.open(str(path), "wb") as out:
        out.setparams((samples.shape[1], 2, rate, 0, "NONE", ""))
        out.writeframes(samples.astype("<i2").tobytes())
    return path


def encode(path: Path, *, codec: str, seconds: float = 3.0, rate: int = 48_000, channels: int = 1) -> Path:
    with av.open(str(path), "w") as out:
        layout = "mono" if channels == 1 else "stereo"
        stream = cast(AudioStream, out.add_stream(codec, rate=rate, layout=layout))
        samples = hum(seconds, rate=rate, channels=channels).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout=layout)
        frame.sample_rate = rate
        frame.pts = 0
        frame.time_base = Fraction(1, rate)
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            out.mux(packet)
    return path


def encode_film(path: Path, *, seconds: float, sound: bool) -> Path:
    with av.open(str(path), "w") as out:
        picture = out.add_stream("mpeg4", rate=10)
        picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
        tone = out.add_stream("aac", rate=48_000, layout="mono") if sound else None
        for _ in range(int(seconds * 10)):
            frame = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), dtype=np.uint8), format="rgb24")
            out.mux(picture.encode(frame))
        out.mux(picture.encode(None))
        if tone:
            samples = hum(seconds, rate=48_000).reshape(1, -1)
            heard = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
            heard.sample_rate = 48_000
            out.mux(tone.encode(heard))
            out.mux(tone.encode(None))
    return path


def refusal(path: Path, folder: Path, *, name: str | None = None) -> str:
    """The one line said of a file that cannot be heard; nothing of it is left behind."""
    with pytest.raises(AudioError) as caught:
        decode(path, folder / "sound.pcm", name=name)
    assert not list(folder.glob("sound.pcm*"))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_wav_comes_out_sample_for_sample(tmp_path: Path) -> None:
    samples = hum(2.5)

    seconds = decode(write_wav(tmp_path / "hum.wav", samples), tmp_path / "sound.pcm")

    assert seconds == 2.5
    assert np.array_equal(read_signal(tmp_path / "sound.pcm"), samples[:, 0])


def test_eight_channels_at_another_rate_become_one(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "room.wav", hum(2, rate=44_100, channels=8), rate=44_100)

    assert probe(path).channels == 8
    assert decode(path, tmp_path / "sound.pcm") == pytest.approx(2.0, abs=0.01)
    assert np.abs(read_signal(tmp_path / "sound.pcm")).max() > 4000


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("hum.m4a", "aac"),
        ("hum.mp4", "aac"),
        ("hum.aac", "aac"),
        ("hum.mp3", "libmp3lame"),
        ("hum.flac", "flac"),
        ("hum.ogg", "libopus"),
        ("hum.opus", "libopus"),
        ("hum.webm", "libopus"),
        ("hum.mka", "flac"),
        ("hum.mov", "pcm_s16le"),
    ],
)
@pytest.mark.parametrize("channels", [1, 2])
def test_every_common_kind_of_recording_is_heard(tmp_path: Path, name: str, codec: str, channels: int) -> None:
    path = encode(tmp_path / name, codec=codec, channels=channels)

    probed = probe(path)

    assert probed.channels == channels
    assert not probed.video
    assert decode(path, tmp_path / "sound.pcm") == pytest.approx(3.0, abs=0.15)
    sound = read_signal(tmp_path / "sound.pcm")
    loudest = np.argmax(np.abs(np.fft.rfft(sound[RATE : 2 * RATE])))
    assert loudest == pytest.approx(220, abs=2)


def test_of_a_film_only_the_sound_is_kept(tmp_path: Path) -> None:
    path = encode_film(tmp_path / "call.mp4", seconds=3, sound=True)

    assert probe(path).video
    assert decode(path, tmp_path / "sound.pcm") == pytest.approx(3.0, abs=0.15)


@pytest.mark.parametrize("name", ["call.mp4", "call.mov", "call.mkv"])
def test_the_sound_of_a_film_is_copied_as_it_is_encoded(tmp_path: Path, name: str) -> None:
    film = encode_film(tmp_path / name, seconds=3, sound=True)

    assert copy_sound(film, tmp_path / "sound")

    before, after = probe(film), probe(tmp_path / "sound")
    assert (after.video, after.codec, after.sample_rate) == (False, before.codec, before.sample_rate)
    assert (after.container, after.channels) == (before.container, before.channels)
    assert (tmp_path / "sound").stat().st_size < film.stat().st_size
    decode(film, tmp_path / "film.pcm")
    decode(tmp_path / "sound", tmp_path / "sound.pcm")
    assert np.array_equal(read_signal(tmp_path / "film.pcm"), read_signal(tmp_path / "sound.pcm"))


def test_a_recording_without_a_picture_stays_as_it_is(tmp_path: Path) -> None:
    for path in (encode(tmp_path / "hum.m4a", codec="aac"), write_wav(tmp_path / "hum.wav", hum(1))):
        assert not copy_sound(path, tmp_path / "sound")
        assert not (tmp_path / "sound").exists()


def test_what_cannot_be_read_is_not_copied(tmp_path: Path) -> None:
    (tmp_path / "broken.mp4").write_bytes(b"\x00\x00\x00\x18ftypmp42" + bytes(200))

    assert not copy_sound(tmp_path / "broken.mp4", tmp_path / "sound")
    assert not (tmp_path / "sound").exists()


def test_sound_that_begins_late_keeps_its_place(tmp_path: Path) -> None:
    path = tmp_path / "late.mka"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("flac", rate=RATE, layout="mono")
        for begin in (0, 10):
            frame = av.AudioFrame.from_ndarray(hum(1).reshape(1, -1), format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = RATE, begin * RATE, Fraction(1, RATE)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))

    seconds = decode(path, tmp_path / "sound.pcm")

    sound = read_signal(tmp_path / "sound.pcm")
    assert seconds == pytest.approx(11.0, abs=0.1)
    assert np.abs(sound[2 * RATE : 9 * RATE]).max() == 0
    assert np.abs(sound[int(10.1 * RATE) :]).max() > 4000


def test_progress_runs_to_the_end_and_never_back(tmp_path: Path) -> None:
    seen: list[float] = []

    decode(write_wav(tmp_path / "hum.wav", hum(30)), tmp_path / "sound.pcm", report=seen.append)

    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert len(seen) > 3


def test_what_is_not_there_a_folder_and_an_empty_file_are_each_called_by_name(tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp3"
    empty.touch()

    assert refusal(tmp_path / "gone.mp3", tmp_path) == "'gone.mp3' is not there: check the path"
    assert "is a folder" in refusal(tmp_path, tmp_path)
    assert "'empty.mp3' is empty" in refusal(empty, tmp_path)


def test_people_read_the_name_they_know(tmp_path: Path) -> None:
    (tmp_path / "5eb63bbb").write_text("Dear all,\nhere are the minutes.\n" * 200)

    assert refusal(tmp_path / "5eb63bbb", tmp_path, name="minutes.mp3").startswith("'minutes.mp3' ")


@pytest.mark.parametrize("name", ["notes.mp3", "notes.wav", "notes.m4a", "notes.ogg", "notes"])
def test_text_is_no_recording_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("Dear all,\nhere are the minutes.\n" * 200)

    assert "convert it to mp3" in refusal(tmp_path / name, tmp_path)


def test_a_film_without_sound_says_so(tmp_path: Path) -> None:
    path = encode_film(tmp_path / "mute.mp4", seconds=1, sound=False)

    assert refusal(path, tmp_path) == "'mute.mp4' has no sound in it: choose a recording with an audio track"
    with pytest.raises(AudioError, match="has no sound in it"):
        probe(path)


def test_an_mp4_that_lost_its_end_says_that_it_is_cut_off(tmp_path: Path) -> None:
    whole = encode(tmp_path / "whole.m4a", codec="aac", seconds=10)
    cut = tmp_path / "cut.m4a"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])

    assert "'cut.m4a' is cut off or damaged" in refusal(cut, tmp_path)


@pytest.mark.parametrize(("name", "codec"), [("whole.wav", "pcm_s16le"), ("whole.flac", "flac")])
def test_a_recording_cut_short_says_how_much_there_is(tmp_path: Path, name: str, codec: str) -> None:
    whole = encode(tmp_path / name, codec=codec, seconds=60)
    cut = whole.with_stem("cut")
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])

    assert "is cut short: it should last 0:01:00 and ends after 0:00:" in refusal(cut, tmp_path)


def test_a_recording_with_holes_in_it_is_refused(tmp_path: Path) -> None:
    whole = encode(tmp_path / "hum.mka", codec="flac", seconds=60)
    content = bytearray(whole.read_bytes())
    for at in range(4000, len(content) - 4000, 8000):
        content[at : at + 200] = bytes(200)
    (tmp_path / "holes.mka").write_bytes(content)

    message = refusal(tmp_path / "holes.mka", tmp_path)

    assert "is damaged" in message or "is cut short" in message


def test_more_sound_than_is_taken_in_is_refused_by_what_comes_out(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "long.wav", hum(30))

    with pytest.raises(AudioError, match=r"'long.wav' lasts longer than 0:00:20"):
        decode(path, tmp_path / "sound.pcm", limit=20.0)
    assert not list(tmp_path.glob("sound.pcm*"))


def silence(path: Path, *, hours: int) -> Path:
    """A few bytes for each eight seconds: the same still packet over and over."""
    rate, samples = 8_000, 65_535
    with av.open(str(path), "w") as out:
        stream = out.add_stream("flac", rate=rate, layout="mono")
        stream.codec_context.options = {"frame_size": str(samples)}
        still = np.zeros((1, samples), dtype=np.int16)
        frame = av.AudioFrame.from_ndarray(still, format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        body = bytes(stream.encode(frame)[0])
        for number in range(hours * 3600 * rate // samples):
            packet = av.Packet(body)
            packet.stream, packet.time_base = stream, Fraction(1, rate)
            packet.pts = packet.dts = number * samples
            packet.duration = samples
            out.mux(packet)
    return path


def test_a_day_of_silence_in_a_small_file_is_refused(tmp_path: Path) -> None:
    path = silence(tmp_path / "silence.mp4", hours=24)
    assert path.stat().st_size < 10 << 20

    assert probe(path).duration == pytest.approx(24 * 3600, abs=10)
    assert refusal(path, tmp_path).startswith("'silence.mp4' lasts longer than 6:00:00")


def test_a_recording_that_is_not_open_in_time_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio, "DECODING", Limits(seconds=0.01))

    message = refusal(write_wav(tmp_path / "hum.wav", hum(1)), tmp_path)

    assert message.startswith("'hum.wav' could not be opened in 0:00:00: cut it into parts")


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("hoard", "'trap.mp3' needs more than 256 MB of memory to open: convert it to mp3"),
        ("crash", "'trap.mp3' is damaged or made to do harm, it broke the decoder: convert it to mp3"),
    ],
)
def test_a_recording_that_brings_the_decoder_down_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str, said: str
) -> None:
    monkeypatch.setattr(audio, "DECODER", "tests.toy_child")
    monkeypatch.setattr(audio, "DECODING", Limits(memory=256 << 20, seconds=60.0))
    (tmp_path / "trap.mp3").write_text(does)

    assert refusal(tmp_path / "trap.mp3", tmp_path).startswith(said)


@pytest.mark.parametrize("size", [0, 1, 7, 64, 1000])
def test_noise_never_raises_anything_but_an_audio_error(tmp_path: Path, size: int) -> None:
    noise = np.random.default_rng(size).bytes(size)
    heads = [b"", b"RIFF\x24\x08\x00\x00WAVEfmt ", b"OggS\x00\x02", b"fLaC", b"\xff\xfb\x90\x64", b"ID3\x04"]
    for number, head in enumerate([*heads, b"\x00\x00\x00\x18ftypmp42", b"\x1aE\xdf\xa3"]):
        path = tmp_path / f"{number}.bin"
        path.write_bytes(head + noise)
        refusal(path, tmp_path)


def test_every_damaged_byte_gives_sound_or_an_audio_error(tmp_path: Path) -> None:
    whole = encode(tmp_path / "hum.m4a", codec="aac", seconds=1).read_bytes()
    random = np.random.default_rng(7)
    outcomes = set()
    for _ in range(30):
        content = bytearray(whole)
        for at in random.integers(len(content), size=4):
            content[at] = random.integers(256)
        (tmp_path / "broken.m4a").write_bytes(content)
        try:
            decode(tmp_path / "broken.m4a", tmp_path / "sound.pcm")
            outcomes.add("heard")
        except AudioError:
            outcomes.add("refused")
    assert outcomes == {"heard", "refused"}


def listener() -> tuple[str, list[bytes], Callable[[], None]]:
    """An address on this machine, what was asked of it, and how to stop listening."""
    server = socket.create_server(("127.0.0.1", 0))
    asked: list[bytes] = []

    def listen() -> None:
        while True:
            try:
                caller, _ = server.accept()
            except OSError:
                return
            with caller:
                asked.append(caller.recv(1000))

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()

    def stop() -> None:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()

    return f"127.0.0.1:{server.getsockname()[1]}", asked, stop


def scripts(address: str) -> dict[str, str]:
    """What makes FFmpeg open something else: each kind of file that only points elsewhere."""
    url = f"http://{address}/a"
    return {
        "HLS": f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{url}.ts\n#EXT-X-ENDLIST\n",
        "HLS of playlists": f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{url}.m3u8\n",
        "HLS with a key": f'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{url}.key"\n#EXTINF:9,\ncall.wav\n',
        "ffconcat": f"ffconcat version 1.0\nfile {url}.wav\n",
        "SDP": f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 {address.split(':')[0]}\nt=0 0\n"
        f"a=control:rtsp://{address}/a\nm=audio {address.split(':')[1]} RTP/AVP 0\n",
        "DASH": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        f'mediaPresentationDuration="PT9S"><Period><AdaptationSet mimeType="audio/mp4"><Representation id="1" '
        f'bandwidth="1"><BaseURL>{url}.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>',
        "RealMedia": f"rtsp://{address}/a\n",
        "SMIL": f'<smil><body><audio src="{url}.wav"/></body></smil>',
    }


@pytest.mark.parametrize("kind", scripts("127.0.0.1:9"))
def test_a_file_that_points_elsewhere_makes_no_request(tmp_path: Path, kind: str) -> None:
    address, asked, stop = listener()
    for ending in ("mp3", "m3u8", "m4a", "wav", "sdp", "mpd", "ffconcat"):
        path = tmp_path / f"list.{ending}"
        path.write_text(scripts(address)[kind])
        assert "is not a recording that can be read" in refusal(path, tmp_path)
        with pytest.raises(AudioError, match="is not a recording that can be read"):
            probe(path)
    stop()

    assert asked == []


def test_the_listener_of_these_tests_would_hear_a_request() -> None:
    address, asked, stop = listener()
    with socket.create_connection(("127.0.0.1", int(address.split(":")[1]))) as caller:
        caller.sendall(b"GET /")
        caller.shutdown(socket.SHUT_WR)
        caller.recv(1)
    stop()

    assert asked == [b"GET /"]


def test_a_playlist_cannot_read_other_files(tmp_path: Path) -> None:
    write_wav(tmp_path / "secret.wav", hum(2))
    (tmp_path / "list.mp3").write_text("ffconcat version 1.0\nfile secret.wav\n")

    refusal(tmp_path / "list.mp3", tmp_path)


@pytest.mark.parametrize("name", ["http:x.wav", "concat:a.wav|b.wav", "-i.wav", "pipe:0", "%03d.wav", "ü ?.wav"])
def test_an_odd_name_is_only_a_name(tmp_path: Path, name: str) -> None:
    path = write_wav(tmp_path / name, hum(1))

    assert decode(path, tmp_path / "sound.pcm") == 1.0


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "hum.wav", hum(60))
    target = tmp_path / "library" / "sound.pcm"
    target.parent.mkdir()
    target.with_name("sound.pcm.part").symlink_to("/dev/full")

    with pytest.raises(DiskFull, match="no room left"):
        decode(path, target)

    assert not list(target.parent.iterdir())


def test_a_folder_that_may_not_be_written_is_not_taken_for_a_bad_recording(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "hum.wav", hum(1))
    (tmp_path / "file").touch()

    with pytest.raises(OSError) as caught:
        decode(path, tmp_path / "file" / "sound.pcm")

    assert caught.value.errno in {errno.ENOTDIR, errno.EEXIST}


def test_a_second_decoding_replaces_the_first(tmp_path: Path) -> None:
    decode(write_wav(tmp_path / "one.wav", hum(1)), tmp_path / "sound.pcm")
    decode(write_wav(tmp_path / "two.wav", hum(2)), tmp_path / "sound.pcm")

    assert len(read_signal(tmp_path / "sound.pcm")) == 2 * RATE


def test_an_empty_signal_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "nothing.pcm").touch()

    assert len(read_signal(tmp_path / "nothing.pcm")) == 0
