"""Where sound and pictures are kept, and the keys of contacts under which theirs stand."""

from __future__ import annotations

from checkin.core.settings import Settings
from checkin.telephony.media_store import Cipher, LocalStore, MediaStore


def media_store(settings: Settings, cipher: Cipher) -> MediaStore:
    """The bucket that is set, else the folder."""
    if settings.bucket is None or settings.s3_keys is None:
        return LocalStore(settings.media, cipher)
    from checkin.telephony.s3_store import Bucket, BucketStore  # its library is loaded only where it is used

    bucket = Bucket(*settings.bucket, settings.s3_region, *settings.s3_keys, settings.s3_endpoint)
    return BucketStore(bucket, cipher)
