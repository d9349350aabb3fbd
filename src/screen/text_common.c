/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_common.c - words that texts are full of, so that names which are made of them alone need
 * more than to stand there; and words that speak of organisations, which is such a thing.
 *
 * Origin: put together for this project from general knowledge of English and Russian; no list
 * or corpus was copied.  Words are as fold.c writes them, and in order.
 */
#include "screen/text_int.h"

/* clang-format off */
static const char *const common[] = {
	"a", "able", "about", "above", "accept", "access", "account", "across", "act", "action", "active", "activity",
	"actually", "add", "address", "afghanistan", "africa", "african", "after", "again", "against", "age", "agency",
	"agent", "ago", "agree", "agreement", "ahead", "aid", "air", "airlines", "airways", "alert", "alive", "all",
	"alliance", "allow", "almost", "alone", "along", "already", "also", "although", "always", "am", "ambassador",
	"amber", "america", "american", "among", "amount", "an", "ancient", "and", "angel", "animal", "another", "answer",
	"any", "anyone", "anything", "apollo", "appeal", "apple", "approach", "aprel", "april", "arab", "archive", "area",
	"arm", "army", "around", "arrive", "arrow", "art", "as", "ash", "asia", "asian", "ask", "aspect", "assembly",
	"asset", "association", "at", "atlantic", "atlas", "attack", "attempt", "attention", "august", "aurora",
	"australia", "australian", "author", "authority", "autumn", "available", "avenue", "average", "avgust",
	"aviation", "award", "away", "baby", "back", "bad", "bag", "balance", "ball", "band", "bank", "bar", "bard",
	"barrel", "base", "basic", "basis", "battle", "bay", "be", "beach", "bear", "beautiful", "beauty", "because",
	"become", "bed", "been", "before", "begin", "behind", "being", "believe", "bell", "below", "benefit", "best",
	"better", "between", "beyond", "bez", "big", "bill", "bird", "birth", "black", "blessing", "block", "blood",
	"blue", "board", "boat", "body", "bold", "bolee", "bolshaya", "bolshie", "bolshoy", "bond", "book", "border",
	"born", "both", "bottom", "boundary", "box", "boy", "brat", "bratya", "brave", "break", "bridge", "brief",
	"bright", "bring", "britain", "british", "broad", "brother", "brotherhood", "brown", "build", "builder",
	"building", "burn", "burya", "business", "but", "buy", "by", "byt", "cabinet", "call", "came", "camp", "campaign",
	"can", "canada", "canadian", "capital", "captain", "car", "card", "care", "career", "cargo", "carry", "case",
	"castle", "catch", "cause", "cell", "center", "central", "centre", "century", "certain", "chain", "chair",
	"challenge", "champion", "chance", "change", "chapter", "charge", "chas", "chelovek", "chemical", "chemicals",
	"chief", "child", "children", "china", "chinese", "choice", "choose", "christian", "chto", "church", "circle",
	"citizen", "city", "civil", "claim", "class", "clean", "clear", "clipper", "close", "cloud", "club", "coach",
	"coast", "cold", "collection", "college", "color", "column", "combat", "come", "comet", "command", "commercial",
	"committee", "common", "community", "company", "compass", "complete", "concern", "condition", "conference",
	"congress", "connect", "consider", "constant", "contact", "contain", "continue", "contract", "control", "cool",
	"copper", "coral", "core", "corner", "cost", "could", "council", "count", "country", "courage", "course", "court",
	"cover", "craft", "create", "credit", "crescent", "crisis", "cross", "crown", "crystal", "culture", "cup",
	"current", "customer", "cut", "cycle", "da", "daily", "dark", "data", "date", "daughter", "dawn", "day", "dead",
	"deal", "dear", "death", "decade", "december", "decide", "decision", "deep", "defence", "defense", "degree",
	"dekabr", "delo", "delta", "democratic", "den", "department", "describe", "desert", "design", "despite",
	"destiny", "detail", "develop", "development", "diamond", "did", "die", "difference", "different", "digital",
	"dignity", "direct", "direction", "director", "discover", "discovery", "discuss", "distance", "district",
	"division", "dlya", "do", "doch", "doctor", "does", "dog", "dolg", "dolphin", "dom", "domain", "done", "door",
	"doroga", "dove", "down", "dragon", "draw", "dream", "drive", "drop", "drug", "drugie", "dry", "due", "during",
	"dutch", "duty", "dvizhenie", "dynamic", "each", "eagle", "early", "earth", "east", "eastern", "easy", "eat",
	"economic", "economy", "edge", "edinstvo", "edition", "education", "ee", "effect", "effort", "egg", "ego",
	"egypt", "eight", "either", "ekho", "election", "electric", "electronics", "element", "elite", "else", "embassy",
	"emerald", "empire", "employee", "empty", "enable", "end", "endeavour", "energy", "engine", "england", "english",
	"enjoy", "enough", "enter", "enterprise", "entire", "environment", "equal", "era", "escape", "eshche", "esli",
	"essence", "est", "estate", "eta", "eternal", "eto", "etot", "europe", "european", "even", "evening", "event",
	"ever", "every", "everyone", "everything", "evidence", "exact", "example", "excellent", "exchange", "executive",
	"exercise", "exist", "expect", "experience", "expert", "explain", "explorer", "export", "exports", "express",
	"extra", "eye", "face", "fact", "factor", "factory", "fail", "fair", "faith", "falcon", "fall", "family",
	"famous", "far", "farm", "fast", "father", "favor", "favorite", "fear", "feature", "february", "federal",
	"federation", "feel", "festival", "fevral", "few", "field", "fifth", "fight", "fighter", "figure", "fill", "film",
	"final", "finally", "finance", "financial", "find", "fine", "finger", "finish", "fire", "firm", "first", "fish",
	"five", "flag", "flame", "flash", "fleet", "flight", "floor", "flow", "flower", "fly", "focus", "follow", "fond",
	"food", "foot", "for", "force", "foreign", "forest", "forever", "form", "former", "fort", "forth", "fortune",
	"forum", "forward", "foundation", "founder", "four", "fox", "frame", "france", "free", "freedom", "french",
	"fresh", "friday", "friend", "friends", "friendship", "from", "front", "fruit", "full", "fund", "future",
	"galaxy", "game", "garden", "gas", "gate", "gather", "gave", "gde", "gem", "general", "generation", "gentle",
	"german", "germany", "geroy", "get", "giant", "gift", "girl", "give", "given", "glass", "glava", "global",
	"glory", "go", "goal", "god", "gold", "golden", "gone", "good", "goods", "gora", "gorod", "gospodin",
	"gosudarstvennyy", "gosudarstvo", "got", "government", "grace", "grand", "granite", "grass", "gray", "great",
	"greece", "green", "grey", "ground", "group", "grow", "growth", "groza", "gruppa", "guard", "guardian", "guest",
	"guide", "gulf", "gun", "had", "hair", "half", "hall", "hand", "happen", "happy", "harbor", "harbour", "hard",
	"harmony", "harvest", "has", "hat", "have", "haven", "hawk", "he", "head", "health", "hear", "heart", "heat",
	"heaven", "heavy", "held", "help", "her", "here", "heritage", "hero", "high", "hill", "him", "himself", "his",
	"history", "hit", "hold", "hole", "holy", "home", "honest", "honor", "honour", "hope", "horizon", "horse",
	"hospital", "host", "hot", "hotel", "hour", "house", "how", "however", "huge", "human", "hundred", "hunter",
	"husband", "i", "ice", "idea", "ideal", "identity", "if", "ikh", "ili", "im", "image", "imagine", "impact",
	"imperial", "import", "important", "improve", "imya", "in", "incident", "include", "increase", "indeed",
	"independence", "independent", "india", "indian", "indicate", "individual", "industrial", "industry", "infinity",
	"influence", "information", "inside", "instead", "institut", "institute", "insurance", "integrity",
	"intelligence", "interest", "interior", "international", "internet", "interview", "into", "investment", "iran",
	"iranian", "iraq", "iraqi", "iron", "is", "island", "israel", "israeli",
	"issue", "istina", "it", "italian", "italy", "item", "its", "itself", "iyul", "iyun", "iz", "january", "japan",
	"japanese", "jet", "jewel", "jewish", "job", "join", "joint", "jordan", "journey", "joy", "judge", "july", "jump",
	"june", "jungle", "just", "justice", "k", "kak", "keep", "key", "kholod", "khorosho", "kind", "king", "kingdom",
	"kit", "knight", "knot", "know", "knowledge", "known", "kogda", "kompaniya", "konets", "korea", "korean",
	"krasnaya", "krasnyy", "kray", "krug", "kto", "labor", "labour", "lady", "lake", "land", "landmark", "language",
	"large", "last", "late", "later", "laugh", "launch", "law", "lawyer", "lay", "lead", "leader", "league", "learn",
	"least", "leave", "lebanon", "led", "left", "leg", "legacy", "legal", "legend", "lemon", "les", "less", "let",
	"leto", "letter", "level", "liberty", "library", "libya", "lie", "life", "liga", "light", "lightning", "like",
	"likely", "lily", "limit", "line", "link", "lion", "list", "listen", "litso", "little", "live", "living", "local",
	"logic", "london", "long", "look", "lord", "lose", "loss", "lost", "lot", "lotus", "love", "low", "loyal",
	"loyalty", "luchshiy", "luck", "lucky", "lunar", "lyubov", "lyudi", "machine", "made", "magazine", "magic",
	"main", "major", "majority", "make", "male", "man", "manage", "manager", "manor", "many", "map", "march",
	"marine", "maritime", "mark", "market", "marriage", "mart", "mass", "master", "mat", "match", "material",
	"matter", "may", "maybe", "me", "mean", "measure", "mech", "mechanism", "media", "medical", "medved", "meet",
	"meeting", "melody", "member", "memory", "mercury", "mercy", "merit", "message", "metal", "method", "metro",
	"mezhdunarodnaya", "mezhdunarodnyy", "middle", "might", "mile", "military", "milk", "million", "mind", "mine",
	"mining", "minister", "ministry", "minor", "minute", "mir", "mirror", "miss", "mission", "mnogo", "mobile",
	"model", "modern", "molniya", "moment", "monarch", "monday", "money", "monitor", "month", "monument", "moon",
	"more", "morning", "moscow", "moskovskiy", "most", "mother", "motion", "motor", "motors", "mountain", "mouth",
	"move", "movement", "movie", "mozhet", "much", "music", "muslim", "must", "my", "myself", "mystery", "na",
	"nadezhda", "name", "narodnaya", "narodnyy", "narrow", "nash", "nation", "national", "native", "natsionalnaya",
	"natsionalnyy", "natural", "nature", "navigation", "navigator", "ne", "near", "nearly", "nebo", "necessary",
	"neck", "need", "neptune", "net", "network", "never", "new", "news", "next", "nice", "night", "nine", "no",
	"noble", "nobody", "noch", "none", "nor", "normal", "north", "northern", "not", "note", "nothing", "notice",
	"novaya", "novel", "november", "novosti", "novyy", "now", "noyabr", "number", "o", "oasis", "ob", "object",
	"observer", "obshchestvo", "obshchina", "occur", "ocean", "ochen", "october", "odyssey", "of", "off", "offer",
	"office", "officer", "official", "often", "ogon", "oil", "okean", "oktyabr", "old", "olive", "olympic", "omega",
	"on", "ona", "once", "one", "oni", "only", "onto", "opal", "open", "opera", "operation", "opinion", "opportunity",
	"option", "or", "orange", "orchid", "orden", "order", "orel", "organisation", "organization", "organizatsiya",
	"origin", "original", "orion", "orlan", "osnova", "ot", "otets", "other", "others", "our", "out", "outlook",
	"outside", "over", "own", "owner", "ox", "ozero", "pacific", "page", "pain", "pakistan", "palace", "palm",
	"panel", "panther", "paper", "paradise", "parent", "paris", "park", "part", "particular", "partiya", "partner",
	"partnership", "party", "pass", "passage", "past", "path", "patience", "patient", "patriot", "pattern", "pay",
	"peace", "peak", "pearl", "people", "per", "percent", "perfect", "perform", "performance", "perhaps", "period",
	"permanent", "persian", "person", "personal", "petrochemical", "petroleum", "phase", "phoenix", "phone",
	"physical", "pick", "picture", "piece", "pilgrim", "pilot", "pine", "pioneer", "place", "plamya", "plan",
	"planet", "plant", "plastic", "platinum", "play", "player", "plaza", "please", "plus", "po", "pobeda", "pod",
	"point", "polar", "pole", "police", "policy", "political", "pool", "poor", "popular", "population", "port",
	"position", "positive", "possible", "post", "power", "practice", "pravda", "pravo", "prepare", "present",
	"preserve", "president", "press", "pressure", "pretty", "prevent", "pri", "price", "pride", "prime", "prince",
	"princess", "principle", "print", "priority", "prison", "private", "probably", "problem", "procedure", "process",
	"produce", "product", "production", "professional", "professor", "program", "progress", "project", "promise",
	"property", "prospect", "protect", "protection", "prove", "provide", "province", "public", "pull", "pure",
	"purple", "purpose", "push", "put", "quality", "quantum", "queen", "quest", "question", "quick", "quickly",
	"quiet", "quite", "rabota", "race", "radical", "radio", "rain", "rainbow", "raise", "range", "rapid", "rare",
	"rassvet", "rate", "rather", "raven", "ray", "reach", "read", "ready", "real", "reality", "realize", "really",
	"reason", "receive", "recent", "record", "red", "reduce", "reef", "refer", "reflect", "reform", "region",
	"regional", "reka", "relate", "relation", "relationship", "religious", "remain", "remember", "remote", "remove",
	"report", "represent", "republic", "republican", "require", "research", "resistance", "resource", "respect",
	"respond", "response", "rest", "result", "return", "reveal", "reward", "rich", "ride", "right", "ring", "rise",
	"river", "road", "rock", "rodina", "role", "room", "rose", "rossiya", "rossiyskaya", "rossiyskiy", "round",
	"route", "royal", "ruby", "ruka", "rule", "run", "russia", "russian", "russkaya", "russkiy", "s", "sacred",
	"safe", "safety", "sage", "said", "sail", "salt", "same", "samyy", "sand", "sapphire", "saturday", "save", "say",
	"scene", "school", "science", "scientist", "score", "scout", "sea", "seal", "search", "season", "seat", "sebya",
	"second", "secret", "section", "sector", "secure", "security", "see", "seed", "seek", "seem", "sell", "semya",
	"send", "senior", "sense", "sentinel", "sentyabr", "separate", "september", "series", "serious", "serve",
	"service", "set", "settle", "seven", "sever", "several", "shadow", "shake", "shall", "shape", "share", "shark",
	"she", "shell", "shield", "shift", "shine", "ship", "shoot", "shop", "shore", "short", "should", "shoulder",
	"show", "side", "sign", "signal", "significant", "sila", "silence", "silent", "silk", "silver", "similar",
	"simple", "simply", "since", "sincere", "sing", "single", "sir", "sister", "sit", "site", "situation", "six",
	"size", "skill", "skin", "sky", "slava", "sleep", "slovo", "slow", "small", "smart", "smert", "smile", "smooth",
	"snow", "so", "social", "society", "soft", "soglasie", "sol", "solar", "soldier", "solid", "solntse", "solution",
	"some", "someone", "something", "sometimes", "son", "song", "soon", "sort", "soul", "sound", "source", "south",
	"southern", "sovet", "soyuz", "space", "spain", "spanish", "spark", "speak", "special", "speed", "spirit",
	"splendid", "sport", "spot", "spring", "square", "stable", "staff", "stage", "stand", "standard", "star", "start",
	"staryy", "state", "statement", "station", "stay", "steel", "step", "sterling", "still", "stock", "stone", "stop",
	"store", "storm", "story", "strana", "strategic", "strategy", "stream", "street", "strength", "strong",
	"structure", "student", "study", "style", "subject", "success", "such", "sudden", "suffer", "suggest", "summer",
	"summit", "sun", "sunday", "sunrise", "supply", "support", "supreme", "sure", "surface", "svet", "svoboda",
	"svoy", "swan", "sweet", "swiss", "sword", "symbol", "syn", "syria", "syrian", "system", "table", "tak", "take",
	"talk", "tam", "target", "task", "tax", "teach", "teacher", "team", "technology", "television", "tell", "ten",
	"tend", "term", "terminal", "test", "text", "than", "thank", "that", "the", "their", "them", "themselves", "then",
	"theory", "there", "therefore", "these", "they", "thing", "think", "third", "this", "those", "though", "thought",
	"thousand", "threat", "three", "through", "throughout", "throw", "thunder", "thursday", "thus", "tide", "tiger",
	"time", "titan", "to", "today", "together", "tolko", "tomorrow", "tonight", "too", "tool", "top", "topaz", "tot",
	"total", "touch", "tours", "toward", "towards", "tower", "town", "trade", "trader", "tradition", "traditional",
	"training", "transfer", "transport", "travel", "treasure", "treat", "treatment", "tree", "trial", "tribune",
	"trident", "trinity", "trip", "triumph", "trouble", "true", "trust", "truth", "try", "tsentr", "tuesday", "tulip",
	"turkey", "turkish", "turn", "tverdynya", "twelve", "twenty", "twin", "two", "ty", "type", "u", "ukraine",
	"under", "understand", "unicorn", "union", "unique", "unit", "united", "unity", "universal", "universe",
	"university", "unless", "until", "up", "upon", "urban", "us", "use", "used", "user", "usual", "usually", "utro",
	"v", "valiant", "valley", "valuable", "value", "vanguard", "various", "vega", "venture", "venus", "vera", "very",
	"vesna", "vessel", "veter", "via", "victor", "victory", "view", "village", "violence", "violet", "virgin",
	"virtue", "vision", "visit", "vista", "vital", "vmeste", "vo", "voice", "volya", "vopros", "voskhod", "vostok",
	"vote", "voyager", "voyna", "vrag", "vremya", "vse", "vsegda", "vstrecha", "vy", "wait", "walk", "wall", "want",
	"war", "warm", "warrior", "was", "washington", "watch", "water", "wave", "way", "we", "weapon", "wear", "weather",
	"wednesday", "week", "weekend", "weight", "welcome", "well", "west", "western", "whale", "what", "whatever",
	"wheel", "when", "where", "whether", "which", "while", "white", "who", "whole", "whose", "why", "wide", "wife",
	"wild", "will", "willow", "win", "wind", "window", "winner", "winter", "wire", "wisdom", "wise", "wish", "with",
	"within", "without", "wolf", "woman", "wonder", "wood", "word", "work", "worker", "world", "worry", "would",
	"write", "writer", "wrong", "ya", "yanvar", "yard", "yeah", "year", "yellow", "yemen", "yes", "yesterday", "yet",
	"you", "young", "your", "youth", "yug", "za", "zakon", "zapad", "zarya", "zavod", "zebra", "zemlya", "zenith",
	"zero", "zhizn", "znamya", "zone", "zvezda",
};
/* The beginnings of words that speak of organisations and what is done about them. */
static const char *const context[] = {
	"banned", "blacklist", "boevik", "designat", "dvizheni", "dzhikhad", "ekstremis", "extremis", "faction",
	"fighter", "group", "gruppirovk", "gunm", "insurg", "islamist", "jihad", "milit", "movement", "network",
	"organis", "organiz", "organizats", "outlaw", "prohibited", "proscri", "rebel", "sanction", "sankts", "terror",
	"zapreshch",
};
/* clang-format on */

bool
ent_word_common(const char *folded)
{
	size_t low = 0, high = sizeof(common) / sizeof(common[0]);

	while (low < high) {
		size_t mid = (low + high) / 2;
		int order = strcmp(folded, common[mid]);

		if (order == 0)
			return true;
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return false;
}

bool
ent_word_context(const char *folded)
{
	for (size_t i = 0; i < sizeof(context) / sizeof(context[0]); i++)
		if (!strncmp(folded, context[i], strlen(context[i])))
			return true;
	return false;
}
