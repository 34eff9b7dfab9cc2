"""Slack's limits, as its reference states them; where it states none, what its servers were seen to refuse."""

from __future__ import annotations

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_JSON = 11_500
"""Characters of a message's blocks as JSON. Undocumented: `msg_blocks_too_long` begins near 13,200 (bolt-js#2509)."""
VIEW_JSON = 60_000
"""Characters of a view's blocks as JSON; Slack refuses views beyond 250 KB, this stays far below it."""
MESSAGE_TEXT = 3_900
"""Characters of the plain text beside the blocks; Slack advises 4,000 and cuts at 40,000."""
BLOCK_TEXT = 3_000
HEADER = 150
BUTTON_LABEL = 75
BUTTON_VALUE = 2_000
BUTTONS_IN_ROW = 25
CONFIRM_TITLE = 100
CONFIRM_TEXT = 300
CONFIRM_LABEL = 30
VIEW_TITLE = 24
INPUT_LABEL = 2_000
PLACEHOLDER = 150
OPTIONS = 100
OPTION_LABEL = 75
OPTION_VALUE = 150
TYPED = 3_000
TABLE_ROWS = 100
TABLE_COLUMNS = 20
ALT_TEXT = 2_000
PRIVATE_METADATA = 3_000
STREAM_TEXT = 12_000
METADATA_KEY = "gatehouse_post"
"""Event type of our message metadata; its payload carries the key of the send, by which a post is found again."""
