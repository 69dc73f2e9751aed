"""Who the tests are about.

Ana texts. Ben calls. Vee and Val volunteer. Oda organizes. Rex is nobody: he knocks where he should not.
"""

from __future__ import annotations

from datetime import UTC, datetime

LINE = "+15555550100"
ANA = "+15555550101"
BEN = "+15555550102"
VEE = "+15555550111"
VAL = "+15555550112"
ODA = "+15555550121"
REX = "+15555550199"

ATTESTED = "TN-Validation-Passed-A"
"""What the network says of a call whose number is the caller's own (StirVerstat)."""

MONDAY_NOON = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
"""Monday, 2 March 2026, noon in New York: inside everybody's hours in the Americas but Hawaii's."""
