"""Settings of the gateway's processes; the only place of the service that reads the environment."""

from __future__ import annotations

import os

from chassis.common_settings import CommonSettings
from chassis.setting_kinds import positive_int, secret_key
from chassis.settings import load, setting


class GatewaySettings(CommonSettings):
    """What every process of the gateway is told."""

    access_key: str = setting(
        "ROSTRUM_ACCESS_KEY",
        secret_key,
        secret=True,
        help="Signs the access tokens of people; only the gateway knows it.",
    )
    threads: int = setting(
        "ROSTRUM_WEB_THREADS",
        positive_int,
        default=8,
        help="Threads of a web process; commands take at most half of them, live streams a quarter.",
    )
    read_ms: int = setting(
        "ROSTRUM_READ_MS",
        positive_int,
        default=5_000,
        help="The longest a read of the gateway may take in the database, in milliseconds.",
    )
    largest_cost: int = setting(
        "ROSTRUM_LARGEST_COST",
        positive_int,
        default=5_000,
        help="The most points a GraphQL operation may cost.",
    )
    image_bytes: int = setting(
        "ROSTRUM_MEDIA_IMAGE_BYTES",
        positive_int,
        default=16 * 1024**2,
        help="The largest image that may be uploaded, in bytes.",
    )
    image_pixels: int = setting(
        "ROSTRUM_MEDIA_IMAGE_PIXELS",
        positive_int,
        default=24_000_000,
        help="The most pixels of an image, over all of its frames; a decoded one takes 4 bytes each.",
    )
    video_bytes: int = setting(
        "ROSTRUM_MEDIA_VIDEO_BYTES",
        positive_int,
        default=40 * 1024**2,
        help="The largest video that may be uploaded, in bytes.",
    )
    captions_bytes: int = setting(
        "ROSTRUM_MEDIA_CAPTIONS_BYTES",
        positive_int,
        default=256 * 1024,
        help="The largest file of captions that may be uploaded, in bytes.",
    )
    streams: int = setting(
        "ROSTRUM_STREAMS",
        positive_int,
        default=1_000,
        help="Live streams that one process of gateway-live carries.",
    )


def gateway_settings() -> GatewaySettings:
    """The settings of this process; BadSettings names every problem and its cure."""
    return load(GatewaySettings, os.environ)
