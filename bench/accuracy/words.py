# SPDX-License-Identifier: Apache-2.0
"""Words and names that files are made of, and the cases in which languages write them."""

WORDS = """
able account action active adapter address agent album alert alpha amber anchor angle apple april
archive arrow artist aspect atlas august author autumn badge baker balance banana barrel basket
battery beach beacon bear bishop black blade blanket blue border bottle bottom branch brave bread
breeze bridge bright bronze brother bucket buffer builder bundle button cable cactus camera candle
canvas carbon castle catalog channel chapter cherry circle client cloud cluster coast cobalt coffee
collect color column comet common compass concert config copper coral corner cotton counter cover
crane crystal current cycle daily dance danger daughter dawn debug delta desert device diamond
dinner direct doctor dolphin domain double dragon dream driver eagle early earth echo edge editor
eleven ember emerald empire engine enter equal error evening event every example fabric factor
falcon family fancy farmer father feather february fever field filter finger fire flame flavor
flight floor flower forest format fossil fox frame freedom friday frost future galaxy garden gate
general ghost giant ginger glass global gold grain grape green group guitar hammer handler harbor
hawk header heart helmet hero hidden hollow honey horizon horse hotel house hunter index indigo
input island item ivory jacket january jasmine jazz jersey journey july jungle junior kernel key
kitchen knight ladder lake lantern laser layer lemon letter level light lily limit linen lion
listen little loader local logic lotus lucky lunar machine magic magnet manager mango maple marble
march market master matrix meadow medal melody member memory mercury metal middle mirror mobile
model module monday monkey moon morning mother mountain music nature needle network night north
number oak object ocean october office olive orange orbit order owner oxygen packet page palace
panda paper parent park parser pattern pearl pencil people pepper phoenix photo piano pilot pink
pirate planet plate player pocket poem point polar policy portal powder prince printer profile
project purple puzzle python queen queue quick quiet rabbit radar radio rain random raven reader
record red region release remote report request river road robin robot rocket root rose router
royal runner saddle sailor salmon sample sand saturn scarlet scene school screen search season
section select server session shadow shark shelf shelter shield ship signal silver simple singer
sister sky smart smoke snow soccer solar solid song source south space spark spider spirit spring
square stable star station steel stone storm stream street string strong student style sugar summer
sunday sunset super switch symbol system table tango target team tempest temple tennis thread
thunder ticket tiger timber time toast token tower town track train travel treasure tree triangle
tropic tunnel turtle twelve under union update urban user valley value vector velvet version
victor video violet virtual vision volcano voyage walker wallet water wave weather west whale wheel
white widget willow window winter wizard wolf wonder wood worker world yellow zebra zero zone
""".split()
NAMES = ("alex anna ben carlos chen daniel elena emma fatima george hannah ivan james julia karim "
         "laura lena luis marco maria mateo mia nadia nina noah olga omar paul pedro priya raj rosa "
         "sara sofia thomas viktor yuki zoe").split()
COMPANIES = "acme globex initech umbrella hooli wayne stark contoso fabrikam northwind".split()
HOSTS = ("db.internal", "mail.acme.test", "10.0.3.17", "localhost", "cache-01.prod", "api.globex.test",
         "queue.svc.cluster.local", "192.168.1.20", "pg-main.eu.acme.test", "gitlab.acme.test")
SUBJECTS = ("cache database queue search billing mail upload report user order invoice session "
            "worker metrics gateway audit export image payment shipping tracking").split()


def upper(words):
    return "_".join(words).upper()


def snake(words):
    return "_".join(words).lower()


def kebab(words):
    return "-".join(words).lower()


def dotted(words):
    return ".".join(words).lower()


def pascal(words):
    return "".join(w[:1].upper() + w[1:].lower() for w in words)


def camel(words):
    text = pascal(words)
    return text[:1].lower() + text[1:]
