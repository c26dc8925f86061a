"""The one tree of errors: each class is a sentence, each message names the thing and the way out.

CommonloreError
  InputError              something handed in cannot be used
    AudioError            a recording cannot be heard
    TranscriptError       a transcript cannot be read
  NotFound                what was asked for is not here, or not for this reader
  ConsentError            somebody has not allowed this
  ConfigError             a setting is wrong
  WeightsError            a model's weights are missing or not the ones expected
  StoreError              the library cannot keep or read this now
    DiskFull              there is no room left
    SchemaError           the library was made by another version
  IndexOutOfDate          an index does not match the store and must be rebuilt
  StaleClaim              a job was taken over by another worker
  JobPaused               a person paused the job
  Unwritten               a large model wrote nothing that can be used
"""


class CommonloreError(Exception):
    """Something went wrong that a person can understand and act on."""

    transient = False
    """Whether the same thing may succeed when tried again unchanged."""


class InputError(CommonloreError):
    """Something handed in cannot be used."""


class AudioError(InputError):
    """A recording cannot be heard."""


class TranscriptError(InputError):
    """A transcript cannot be read."""


class NotFound(CommonloreError):
    """What was asked for is not here, or not for this reader: the two look the same on purpose."""


class ConsentError(CommonloreError):
    """Somebody has not allowed this."""


class ConfigError(CommonloreError):
    """A setting is wrong."""


class WeightsError(CommonloreError):
    """A model's weights are missing or not the ones expected."""


class StoreError(CommonloreError):
    """The library cannot keep or read this now."""

    transient = True


class DiskFull(StoreError):
    """There is no room left where the library lives."""


class SchemaError(StoreError):
    """The library was made by another version of Commonlore."""

    transient = False


class IndexOutOfDate(CommonloreError):
    """An index does not match the store and must be rebuilt from it."""


class StaleClaim(CommonloreError):
    """A job was taken over by another worker; what this one did last is thrown away."""


class JobPaused(CommonloreError):
    """A person paused the job: its holder stops, and what is done of it is kept."""


class Unwritten(CommonloreError):
    """A large model wrote nothing that can be used. The message goes after its name: "did not answer in 120 s"."""
