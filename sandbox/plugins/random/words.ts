/** The words at the beginning of a pet name of three words or more. */
// prettier-ignore
export const ADVERBS: readonly string[] = [
  "boldly", "briefly", "brightly", "calmly", "clearly", "closely", "daily", "deeply", "duly", "early", "easily", "evenly", "fairly",
  "finely", "firmly", "freely", "fully", "gently", "gladly", "greatly", "highly", "jointly", "justly", "kindly", "largely", "lightly",
  "lively", "mainly", "mildly", "mostly", "nearly", "neatly", "nicely", "openly", "partly", "plainly", "purely", "quickly", "quietly",
  "rarely", "really", "rightly", "safely", "sharply", "simply", "slowly", "softly", "solely", "subtly", "surely", "truly", "vastly",
  "warmly", "widely", "wisely",
];

// prettier-ignore
/** The word before the last of a pet name. */
export const ADJECTIVES: readonly string[] = [
  "able", "agile", "amber", "ample", "apt", "brave", "brisk", "broad", "calm", "civil", "clean", "clever", "close", "cosmic", "crisp",
  "daring", "deep", "eager", "early", "easy", "exact", "fair", "fast", "fine", "firm", "fleet", "fresh", "gentle", "glad", "golden",
  "grand", "happy", "hardy", "honest", "humble", "keen", "kind", "large", "light", "lively", "loyal", "lucid", "merry", "modest",
  "noble", "novel", "patient", "prime", "proud", "quick", "quiet", "rapid", "ready", "robust", "shy", "silent", "smart", "smooth",
  "solid", "stable", "steady", "strong", "subtle", "sure", "swift", "tidy", "vital", "warm", "wise", "witty",
];

// prettier-ignore
/** The last word of a pet name. */
export const ANIMALS: readonly string[] = [
  "ant", "badger", "bat", "bear", "beaver", "bee", "bison", "boar", "buck", "camel", "carp", "cat", "cod", "condor", "coyote", "crab",
  "crane", "crow", "deer", "dog", "dove", "duck", "eagle", "eel", "elk", "falcon", "ferret", "finch", "fox", "frog", "gecko", "goat",
  "goose", "gull", "hare", "hawk", "heron", "horse", "ibis", "jay", "kite", "koala", "lark", "lion", "llama", "lynx", "mole", "moose",
  "moth", "mouse", "newt", "otter", "owl", "ox", "panda", "pelican", "pika", "puma", "quail", "rabbit", "raven", "robin", "seal",
  "shark", "shrew", "skunk", "sloth", "snail", "stag", "stork", "swan", "tapir", "tern", "tiger", "toad", "trout", "turtle", "viper",
  "vole", "wasp", "whale", "wolf", "wombat", "wren", "yak", "zebra",
];
