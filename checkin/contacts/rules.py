"""The name that a contact goes by among volunteers: Quiet Heron. Kind words, easy to say, nothing about the person.

None is a given name, a drug, a drink, a color of skin, a size, or a place where people come to harm.
"""

from __future__ import annotations

_FIRST = """
    able agile airy alert alpine ample autumn awake balanced beaming bold brave breezy bright brisk buoyant calm candid
    careful caring cheerful clear clever coastal constant cordial cosy courteous curious daring dauntless dawning dear
    deft devoted dewy distant dreamy eager early earnest easy elegant endless evening even faithful familiar fair
    fearless fine firm floating fluent fond frank free fresh friendly gallant generous gentle genuine gifted glad
    gleaming glowing good graceful gracious grand grateful growing handy happy hardy hearty heartfelt helpful hilly
    honest hopeful humble inviting jaunty jolly jovial joyful just keen kind kindred lasting leafy learned level lively
    living loyal lucid lucky lunar merry mighty mild mindful misty modest morning moving musical natural neat nimble
    noble northern novel open orderly patient peaceful placid playful pleasant plucky poised polished polite prompt
    proud prudent quick quiet radiant ready reliable resolute restful roaming robust rooted rustic safe sandy secure
    serene sheltered shining silent silver simple sincere singing skilful smiling smooth soaring soft solar solid
    southern sparkling spirited splendid stable starry steadfast steady still stirring strong sturdy subtle summer
    sunlit sunny supple sure tactful tender thankful thoughtful tidal tidy timely tranquil true trusted trusty twilight
    unhurried upbeat upright valiant vibrant vigilant vivid wakeful wandering warm watchful welcome western whole
    wholesome willing windy winding winsome wise witty wondering woodland worthy zestful
"""

_SECOND = """
    heron egret ibis crane stork swan eider teal plover sandpiper curlew avocet tern gull petrel puffin albatross
    pelican cormorant gannet loon grebe kestrel osprey falcon harrier owl swallow lark pipit wagtail dipper thrush
    nightingale bluebird warbler kinglet nuthatch treecreeper chickadee titmouse siskin goldfinch finch linnet bunting
    sparrow oriole tanager grosbeak starling kingfisher woodpecker flicker hoopoe hummingbird quail grouse partridge
    pheasant dove turnstone dunlin sanderling whimbrel godwit lapwing moorhen bittern spoonbill flamingo parakeet toucan
    penguin kiwi otter beaver badger hare deer elk moose caribou lynx bobcat marten ermine dormouse squirrel chipmunk
    marmot hedgehog bison antelope gazelle ibex chamois llama alpaca dolphin porpoise seal manatee turtle tortoise gecko
    salamander salmon trout minnow sturgeon seahorse starfish nautilus dragonfly damselfly butterfly firefly ladybird
    bumblebee panda koala wombat lemur pony alder aspen beech birch cedar cypress elm fir hawthorn hornbeam larch linden
    maple oak pine poplar redwood sequoia spruce sycamore walnut chestnut acacia baobab mangrove bamboo clover bracken
    lichen moss lupine sunflower primrose buttercup crocus gentian lavender lilac lotus orchid peony tulip yarrow zinnia
    edelweiss cornflower aster daffodil honeysuckle brook creek river harbor cove inlet lagoon lake island atoll delta
    estuary fjord stream waterfall meadow prairie valley mesa summit grove orchard garden glade dune shore lighthouse
    lantern beacon compass canoe rainbow sunrise sunbeam moonbeam comet aurora breeze horizon
"""

FIRST = tuple(_FIRST.split())
SECOND = tuple(_SECOND.split())


def alias(seed: bytes, nth: int = 0) -> str:
    """An alias from 32 bytes (a keyed hash of the contact's number, or random ones): the same for the same bytes.

    nth: the next to try when the one before is taken on this line; eight of them, then a number is put behind.
    """
    if len(seed) != 32:
        raise ValueError(f"an alias is made from 32 bytes, not from {len(seed)}")
    at = 4 * (nth % 8)
    pick = int.from_bytes(seed[at : at + 4])
    first, second = pick % len(FIRST), pick // len(FIRST) % len(SECOND)
    words = f"{FIRST[first].capitalize()} {SECOND[second].capitalize()}"
    return words if nth < 8 else f"{words} {nth // 8 + 1}"


def spoken(name: str) -> str:
    """The alias as speech synthesis should say it: as plain words, not as a name that it spells or stresses."""
    return name.lower()
