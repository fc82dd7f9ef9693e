"""A small sound definition, deliberately nothing like the shipped one, to make mistakes in.

A letter is written at a desk, judged by a panel, and filed from a tray, or sent back.
"""

LETTER = """
name = "letter"
version = 1
initial = "desk"
label = { id = "Surat", en = "Letter" }

[parameters]
quorum = 1
reviewers = 2
days = { desk = 4 }
weights = { tone = 3 }

[rubric]
tone = { label = { id = "Nada", en = "Tone" }, weight = 1 }

[roles.clerk]
label = { id = "Juru tulis", en = "Clerk" }
scope = "unit"
sees = "own_unit"
superior = "boss"

[roles.boss]
label = { id = "Atasan", en = "Boss" }
scope = "city"
sees = "all"

[stages]
writing = { id = "Penulisan", en = "Writing" }

[states.desk]
label = { id = "Meja", en = "Desk" }
stage = "writing"
coverage = "draft"
editable = true
turn = ["clerk"]

[states.desk.deadline]
within = 2
remind = [-1]
late = [{ after = 1, do = "remind" }, { after = 2, do = "escalate", again = 1, times = 2 }]

[states.panel]
label = { id = "Panel", en = "Panel" }
coverage = "in_progress"
turn = ["boss"]
deadline = { within = 2, do = "time_out" }

[states.tray]
label = { id = "Baki", en = "Tray" }
coverage = "in_progress"
turn = ["boss"]
deadline = { every = "month", by = 5, late = [{ after = 1, do = "remind" }] }

[states.filed]
label = { id = "Arsip", en = "Filed" }
coverage = "completed"
final = true

[[transitions]]
name = "hand_in"
label = { id = "Serahkan", en = "Hand in" }
done = { id = "menyerahkan", en = "handed it in" }
from = ["desk"]
to = "panel"
by = ["clerk"]
guards = ["complete"]
notify = ["turn", "boss"]

[[transitions]]
name = "judge"
label = { id = "Nilai", en = "Judge" }
done = { id = "menilai", en = "judged it" }
from = ["panel"]
by = ["boss"]
guards = ["not_yet_judged"]
collects = "judgment"

[[transitions]]
name = "conclude"
label = { id = "Tutup", en = "Conclude" }
done = { id = "menutup", en = "concluded" }
from = ["panel"]
to = "tray"
by = ["system"]
automatic = true
guards = ["quorum_reached"]

[[transitions]]
name = "send_back"
label = { id = "Kembalikan", en = "Send back" }
done = { id = "mengembalikan", en = "sent it back" }
from = ["tray", "panel"]
to = "desk"
by = ["boss"]
note = "required"

[[transitions]]
name = "file"
label = { id = "Arsipkan", en = "File" }
done = { id = "mengarsipkan", en = "filed it" }
from = ["tray"]
to = "filed"
by = ["boss"]
undo = true

[[transitions]]
name = "fetch"
label = { id = "Ambil lagi", en = "Fetch" }
done = { id = "mengambil lagi", en = "fetched it" }
from = ["filed"]
to = "tray"
by = ["boss"]
guards = ["undo_open"]
undo = true

[[transitions]]
name = "remind"
label = { id = "Ingatkan", en = "Remind" }
done = { id = "mengingatkan", en = "reminded" }
from = ["desk", "tray"]
by = ["system"]
notify = ["turn"]

[[transitions]]
name = "escalate"
label = { id = "Teruskan", en = "Escalate" }
done = { id = "meneruskan", en = "escalated" }
from = ["desk"]
by = ["system"]
notify = ["superior", "admins"]

[[transitions]]
name = "time_out"
label = { id = "Lewat waktu", en = "Time out" }
done = { id = "melewati waktu", en = "timed out" }
from = ["panel"]
to = "tray"
by = ["system"]
"""


def edited(*edits: tuple[str, str]) -> str:
    """The letter with each first text replaced by the second, where it stands first."""
    text = LETTER
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text
