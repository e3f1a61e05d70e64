"""The sentences that the tutor models learn from, as shapes with slots.

Plain data, written for this course. `{s}` is the subject and is always preceded by a space,
so that the tokenizer spells it the same way in a prompt and in an answer; no sentence needs to
know whether the subject is one thing, many, a person or a place. The other slots are filled
from `words.py` by the corpus.
"""

# The words of the slots: singular people, and adjectives that follow "a".
ADJECTIVES = [
    "beautiful", "bold", "charming", "colourful", "curious", "delicate", "demanding", "difficult",
    "fascinating", "fruitful", "gentle", "hidden", "lively", "modern", "playful", "powerful",
    "practical", "quiet", "remarkable", "rewarding", "rich", "serious", "simple", "strange",
    "subtle", "surprising", "useful", "valuable", "varied", "familiar",
]  # fmt: skip
PEOPLE = [
    "a beginner", "a child", "a curious friend", "a doctor", "a farmer", "a friend", "a gardener",
    "a grandmother", "a journalist", "a librarian", "a mechanic", "a musician", "a neighbour",
    "a nurse", "a painter", "a programmer", "a scientist", "a student", "a teacher", "a teenager",
    "a tourist", "a young reader", "an artist", "an engineer", "an expert", "an old friend",
]  # fmt: skip
PLACES = [
    "at home", "at school", "at work", "at the library", "at the market", "at the museum",
    "at the kitchen table", "at the university", "by the river", "by the sea", "in a big city",
    "in a classroom", "in a quiet room", "in a small village", "in a small workshop",
    "in the countryside", "in the garden", "in the mountains", "in the old town", "in the park",
    "on a long journey", "on a train", "on a rainy day", "on the radio", "around the world",
]  # fmt: skip

# What a user asks, in ten groups. A SelfInstruct answer takes one line from each group in this
# order: so its lines differ, and the model knows how many it has written.
REQUESTS: dict[str, list[str]] = {
    "what": [
        "What is {s}?",
        "What should a beginner know about {s}?",
        "What makes {s} worth a closer look?",
        "What do people often get wrong about {s}?",
        "What is the most important thing to know about {s}?",
        "What role does {s} play in daily life?",
        "What can we learn from {s}?",
        "What would you tell {person} about {s}?",
        "What is the main idea behind {s}?",
        "What questions should I ask about {s}?",
        "What are the basics of {s}?",
    ],
    "how": [
        "How would you explain {s} to {person}?",
        "How can I learn more about {s}?",
        "How do people talk about {s} {place}?",
        "How has the view of {s} changed over time?",
        "How do I begin with {s}?",
        "How can {person} make good use of {s}?",
        "How much time does it take to understand {s}?",
        "How do experts think about {s}?",
        "How can I remember the key points of {s}?",
        "How does one get better at {s}?",
        "How do I talk about {s} with {person}?",
    ],
    "why": [
        "Why do people care about {s}?",
        "Why is it useful to know about {s}?",
        "Why does {s} matter to {person}?",
        "Why do we still talk about {s} today?",
        "Why should {person} read about {s}?",
        "Why is {s} hard to explain?",
        "Why do some people avoid {s}?",
        "Why would anyone spend a year with {s}?",
        "Why do opinions about {s} differ?",
    ],
    "which": [
        "Which part of {s} is the most {adj}?",
        "Which mistakes are common with {s}?",
        "Which skills help with {s}?",
        "Which books or courses would you suggest on {s}?",
        "Which details of {s} are easy to miss?",
        "When is the best time to learn about {s}?",
        "When did people first take an interest in {s}?",
        "Where can I see {s} {place}?",
        "Where should I look for good sources on {s}?",
        "Who benefits most from {s}?",
        "Who should know more about {s}?",
    ],
    "explain": [
        "Explain {s} in simple words.",
        "Explain {s} to {person}.",
        "Describe {s} in a few sentences.",
        "Describe the {adj} side of {s}.",
        "Tell me about {s}.",
        "Tell me something {adj} about {s}.",
        "Give a short introduction to {s}.",
        "Give me an overview of {s}.",
        "Discuss the importance of {s}.",
        "Talk about {s} as if you met it {place}.",
        "Sum up {s} for {person}.",
    ],
    "list": [
        "List {n} facts about {s}.",
        "List {n} reasons to learn about {s}.",
        "Name {n} things that matter in {s}.",
        "Name {n} common questions about {s}.",
        "Give me {n} ideas for a talk about {s}.",
        "Give {n} tips for {person} who wants to try {s}.",
        "Show {n} ways to think about {s}.",
        "Collect {n} key points on {s}.",
        "State {n} benefits of {s}.",
    ],
    "write": [
        "Write a short story about {s}.",
        "Write a short poem about {s}.",
        "Write a dialogue between a teacher and a student about {s}.",
        "Write a letter to {person} about {s}.",
        "Write a short speech about {s}.",
        "Write a short news report about {s}.",
        "Compose a message that invites {person} to an evening about {s}.",
        "Draft a short blog post about {s}.",
        "Invent a short scene in which two friends argue about {s}.",
    ],
    "compare": [
        "Compare {s} with {o}.",
        "Compare {s} and {o} for {person}.",
        "Contrast {s} with {o}.",
        "Weigh the good and the bad sides of {s}.",
        "Point out the main difference between {s} and {o}.",
        "Argue for and against {s}.",
        "Judge whether {s} or {o} is easier to learn.",
        "Discuss what {s} and {o} have in common.",
    ],
    "steps": [
        "Outline the steps to get started with {s}.",
        "Give me a step by step guide to {s}.",
        "Plan a lesson on {s} in {n} steps.",
        "Plan a week of learning about {s}.",
        "Show me step by step how to study {s}.",
        "Prepare a short course on {s} for {person}.",
        "Design a small project about {s} in {n} steps.",
        "Set out {n} steps for {person} to explore {s}.",
    ],
    "advise": [
        "Suggest a good first project on {s}.",
        "Suggest an activity about {s} for {person}.",
        "Recommend a way to practise {s} {place}.",
        "Advise {person} who is new to {s}.",
        "Help me prepare a talk about {s}.",
        "Help {person} understand {s}.",
        "Propose a title and a first line for an essay on {s}.",
        "Imagine that you teach {s} and describe your first lesson.",
    ],
}

# A rarer angle on the same subject: what EvolInstruct's BREADTH asks for.
RARE_REQUESTS = [
    "Which little known story about {s} deserves to be told?",
    "What would a museum of {s} show in its smallest room?",
    "How might {person} describe {s} two hundred years from now?",
    "Imagine a world without {s} and describe one ordinary day.",
    "Which sound, smell or colour goes best with {s}, and why?",
    "Write a set of three riddles whose answer is {s}.",
    "What would surprise {person} most about {s}?",
    "Invent a game for two players that teaches {s}.",
    "Which unusual tool would help somebody who works on {s}?",
    "Describe {s} from the point of view of {person}.",
    "What is the strangest question one could ask about {s}?",
    "Write the first lines of a novel in which {s} changes everything.",
    "If {s} could speak, what would it complain about?",
    "Draw up a menu for a dinner in honour of {s}.",
    "Which three objects should a time capsule about {s} contain?",
    "Plan a festival that celebrates {s} {place}.",
    "How would a detective use {s} to solve a case?",
    "Tell {person} about {s} without using a single adjective.",
    "Which law about {s} would you pass, and whom would it help?",
]

# Requests that carry a text of their own: (request, kind). The text follows on its own line.
TEXT_REQUESTS: dict[str, list[str]] = {
    "summarise": [
        "Summarise the following text in one sentence:",
        "Summarize this text:",
        "Give a short summary of this text:",
        "What is the text below about?",
        "Sum up this passage in one sentence:",
    ],
    "rewrite": [
        "Rewrite this sentence in a more formal way:",
        "Make the following sentence more formal:",
        "Turn this into a formal sentence:",
        "Say this sentence in a formal tone:",
    ],
    "classify": [
        "Classify the sentence as {labels}:",
        "Which label fits this sentence: {labels}?",
        "Label the following sentence as {labels}:",
        "Decide whether this sentence is {labels}:",
    ],
}

# label -> sentences with that label; the first key is the set's name for nobody but us.
LABELLED: list[dict[str, list[str]]] = [
    {
        "positive": [
            "I really enjoyed the evening about {s}.",
            "The talk on {s} was wonderful from start to end.",
            "What a great book on {s}, I would read it again.",
            "Everybody was happy with the course on {s}.",
        ],
        "negative": [
            "I was bored by the evening about {s}.",
            "The talk on {s} was a waste of time.",
            "What a poor book on {s}, I gave it away.",
            "Nobody was happy with the course on {s}.",
        ],
        "neutral": [
            "The evening about {s} begins at seven.",
            "The talk on {s} takes place in room four.",
            "This book on {s} has two hundred pages.",
            "The course on {s} runs for six weeks.",
        ],
    },
    {
        "question": [
            "Where can I find out more about {s}?",
            "Who wrote the first book about {s}?",
            "Is there a good course on {s}?",
        ],
        "statement": [
            "There are many good courses on {s}.",
            "My sister wrote a book about {s}.",
            "Most of us know little about {s}.",
        ],
        "command": [
            "Read the first chapter about {s} by Monday.",
            "Bring your notes on {s} to the meeting.",
            "Stop talking about {s} and listen.",
        ],
    },
    {
        "past": [
            "Last year we visited a fair about {s}.",
            "She studied {s} when she was young.",
            "They talked about {s} all night.",
        ],
        "future": [
            "Next year we will visit a fair about {s}.",
            "She will study {s} when she is older.",
            "They are going to talk about {s} tomorrow.",
        ],
    },
]

# --- answers ---------------------------------------------------------------------------------

# First sentences, by the group of the request. Every one names the subject.
OPENINGS: dict[str, list[str]] = {
    "what": [
        "In short, {s} can be seen as a {adj} subject with a simple core.",
        "The first thing to know about {s} is how {adj} it looks from close up.",
        "Most people meet {s} by chance and only later see how {adj} it can be.",
        "Put simply, {s} stands for a {adj} part of the world that rewards a patient eye.",
        "At its heart, {s} is best understood through small examples.",
        "There is more to {s} than a single definition can hold.",
        "A short answer is that {s} brings together old habits and new ideas.",
        "If one sentence had to do, I would call {s} a {adj} thing to know.",
        "Ask ten people about {s} and you will hear ten {adj} answers.",
    ],
    "how": [
        "The usual way into {s} is to start small and to look often.",
        "A good way to approach {s} is to take one part at a time.",
        "You can get closer to {s} by asking simple questions first.",
        "Most people make progress with {s} when they practise a little every day.",
        "It helps to see {s} as a path with a few clear stations.",
        "Begin with {s} in a form that you already know.",
        "With {s}, the method matters more than the speed.",
        "There is a {adj} road to {s} and it starts with a good example.",
        "One works with {s} best by trying, failing and trying again.",
    ],
    "why": [
        "People care about {s} because it touches their daily life.",
        "The main reason to look at {s} is that it changes how we see other things.",
        "There are {adj} reasons why {s} keeps its place in our talks.",
        "One reason stands out: {s} connects people who would never meet.",
        "The value of {s} shows itself slowly, and then all at once.",
        "Much of the interest in {s} comes from a {adj} mix of old and new.",
        "Without {s} many {adj} questions would have no answer.",
        "It is the {adj} side of {s} that keeps people interested.",
        "The reason lies in {s} itself and in the people around it.",
    ],
    "which": [
        "With {s}, the {adj} parts are often the ones that people overlook.",
        "My first choice for {s} would be the part that you can try yourself.",
        "For {s} there is no single answer, but some choices are better than others.",
        "When it comes to {s}, it is wise to trust good sources and your own eyes.",
        "Those who know {s} well point to the early stages.",
        "The best place to look for {s} is close to home.",
        "Anybody can profit from {s}, beginners most of all.",
        "I would pick the {adj} side of {s} and leave the rest for later.",
        "In the case of {s}, timing and patience decide a lot.",
    ],
    "explain": [
        "Think of {s} as a house with many rooms.",
        "Let us look at {s} step by step.",
        "To understand {s}, picture a {adj} day {place}.",
        "The story of {s} is easier to follow than it seems.",
        "Here is a plain account of {s} for everybody.",
        "A good picture for {s} is a tree that grows in all directions.",
        "In simple words, {s} is about doing one thing well.",
        "Many people know the name, but few can explain {s} in their own words.",
        "Imagine that you hear about {s} for the first time {place}.",
    ],
    "advise": [
        "A good first project on {s} is a small notebook with one page a day.",
        "My advice on {s} is to begin with something that takes ten minutes.",
        "Start your work on {s} with a question that you really have.",
        "For {s} I would suggest a short walk, a pencil and open eyes.",
        "The best help with {s} is a friend who asks simple questions.",
        "Try to bring {s} into something that you do every week.",
        "A quiet afternoon {place} is enough to make a start with {s}.",
        "I would begin my first lesson on {s} with a {adj} example.",
    ],
}

# Further sentences, for any request. About half of them name the subject.
BODIES = [
    "People who study {s} often begin with a small example.",
    "Much has been written about {s}, and not all of it is {adj}.",
    "A closer look at {s} shows how {adj} the details can be.",
    "Some say that {s} only makes sense {place}.",
    "For {person}, {s} can become a {adj} companion.",
    "There are good days and bad days with {s}.",
    "The history of {s} is full of {adj} turns.",
    "Nobody learns everything about {s} in one week.",
    "You will hear different views on {s} {place}.",
    "Once you know {s} a little, you see it everywhere.",
    "Books about {s} tend to start with the easy part.",
    "Even experts on {s} disagree about the finer points.",
    "Talking about {s} with {person} is a good test.",
    "The {adj} part of {s} comes after the first month.",
    "A short visit {place} can teach you more about {s} than a long lecture.",
    "Small steps are better than big plans.",
    "The details matter more than the big picture.",
    "It takes time, but the time is well spent.",
    "Good notes make the work much easier.",
    "A {adj} teacher can make all the difference.",
    "Many beginners give up too early.",
    "The first results are often {adj}, and that is fine.",
    "Patience helps more than talent.",
    "Questions are welcome at every stage.",
    "Mistakes show you where to look next.",
    "It is worth asking {person} for help.",
    "You do not need special tools to begin.",
    "Keep what works and drop the rest.",
    "Old ideas and new ideas live side by side here.",
    "The same pattern can be found {place}.",
    "That is why so many people come back to it.",
    "What looks {adj} at first becomes clear with practice.",
    "A change of place often brings a change of mind.",
    "There is no need to hurry.",
    "One clear example is worth ten rules.",
    "Half of the work is to choose the right question.",
]

CLOSINGS = [
    "That is the heart of {s}.",
    "In the end, {s} is what you make of it.",
    "So take your time with {s} and enjoy it.",
    "This is a good place to start with {s}.",
    "With that in mind, {s} becomes much less of a puzzle.",
    "All of this makes {s} a {adj} subject for {person}.",
    "The rest of {s} you will discover on your own.",
    "And that is what makes {s} so {adj}.",
    "From here on, practice is the best guide.",
    "If you remember one thing, remember this.",
    "The next step is up to you.",
]

# A whole answer in one sentence.
BRIEFS = [
    "In short, {s} is a {adj} subject.",
    "There is a lot to say about {s}.",
    "I think that {s} is {adj}.",
    "Many people like {s}.",
    "It depends on how you look at {s}.",
    "You can read about {s} in many books.",
    "Some people find {s} {adj}.",
    "It is good to know a little about {s}.",
    "One should not forget {s}.",
    "Well, {s} is known {place}.",
]

LIST_OPENINGS = [
    "Here are {n} points about {s}:",
    "These {n} points help with {s}:",
    "For {s}, I would name {n} things:",
    "There are {n} things to say about {s}:",
    "My {n} points on {s} are these:",
    "When you think of {s}, keep {n} things in mind:",
]

LIST_ITEMS = [
    "A clear question is half of the answer.",
    "Small steps lead further than big plans.",
    "Good sources save a lot of time.",
    "Practice beats theory in the long run.",
    "The early days were more {adj} than most people think.",
    "It looks different {place}.",
    "It can be shared with {person}.",
    "The {adj} details are easy to miss.",
    "Many beginners ask the same questions.",
    "Old notes are worth a second look.",
    "Patience matters more than talent.",
    "It brings different people together.",
    "There is always something left to discover.",
    "A good example says more than a rule.",
    "It is easier to begin than to stop.",
    "Even experts keep learning.",
    "The costs are small at the start.",
    "Friends make the work lighter.",
]

STEP_OPENINGS = [
    "This plan for {s} has {n} steps:",
    "Here is a way to get started with {s}:",
    "You can approach {s} in {n} steps:",
    "To get to know {s}, follow these steps:",
    "A simple guide to {s} looks like this:",
]

# In the order in which they may appear: a plan takes some of them and keeps the order.
STEPS = [
    "Write down what you already know.",
    "Choose one question that you care about.",
    "Find two good sources and read them slowly.",
    "Talk to {person} about what you found.",
    "Try a small example on your own.",
    "Note what went well and what did not.",
    "Go back to the {adj} parts and read them again.",
    "Explain what you learned in your own words.",
    "Show your work to somebody {place}.",
    "Rest for a day and look at it with fresh eyes.",
    "Decide what you want to learn next.",
]

STORIES = [
    [
        "One {adj} morning, {person} heard about {s} for the first time.",
        "It was a {adj} morning when {person} found an old book about {s}.",
        "Long ago there lived somebody who dreamed of {s} every night.",
        "Nobody {place} had ever asked about {s} until that day.",
    ],
    [
        "At first nothing made sense, but the wish to understand {s} was strong.",
        "The days went by, and {s} was all that people talked about.",
        "A stranger arrived and told a {adj} tale.",
        "Friends laughed and said that it would come to nothing.",
    ],
    [
        "Then, {place}, everything changed.",
        "One night a small light appeared in the window.",
        "After many tries, the first success came without a sound.",
        "Slowly the others began to listen.",
    ],
    [
        "From that day on, {s} was never forgotten.",
        "And so a small idea became a {adj} friend for life.",
        "In the end, everybody smiled and went home.",
        "They say that the story of {s} is still told today.",
    ],
]

POEMS = [
    [
        "I thought of {s} at break of day,",
        "When evening comes I dream of {s},",
        "A song of {s} is in the air,",
    ],
    [
        "the morning light had come to stay,",
        "the wind was soft along the way,",
        "it travels far and everywhere,",
    ],
    [
        "I wrote it down in black and white,",
        "and all the world was calm and bright,",
        "and those who listen stop to stare,",
    ],
    [
        "and kept {s} with me through the night.",
        "and {s} was there, a gentle sight.",
        "for {s} is more than we can bear.",
    ],
]

DIALOGUES = [
    [
        "Teacher: Today we talk about {s}.",
        "Teacher: What comes to your mind when you hear of {s}?",
        "Teacher: Who has read something about {s}?",
    ],
    [
        "Student: I have heard the name, but I do not know much.",
        "Student: I think that it is {adj}.",
        "Student: My friends say that it is hard.",
    ],
    [
        "Teacher: That is a good start. Look at one example first.",
        "Teacher: Many people think so. Let us find out together.",
        "Teacher: It gets easier with each question.",
    ],
    [
        "Student: Then I want to learn more about {s}.",
        "Student: Now I see why {s} is {adj}.",
        "Student: Thank you, I will tell {person} about {s}.",
    ],
]

LETTERS = [
    ["Dear friend,", "Hello,", "Dear reader,", "Good morning,"],
    [
        "I am writing to you because of {s}.",
        "Today I want to tell you something about {s}.",
        "You asked me about {s}, and here is my answer.",
        "This week everybody here talks about {s}.",
    ],
    [
        "It has been a {adj} time, and I learned a lot.",
        "I spent many hours with it {place}.",
        "At first I was not sure, but now I am.",
        "There is a {adj} story behind it.",
    ],
    [
        "I hope that you will give {s} a chance.",
        "Please tell me what you think about {s}.",
        "Let us meet and talk about {s} soon.",
        "Join us for an evening about {s} {place}.",
    ],
    ["Best wishes", "See you soon", "With kind regards", "Yours"],
]

COMPARISONS = [
    [
        "Both {s} and {o} have their friends.",
        "At first sight {s} and {o} have little in common.",
        "People like to compare {s} with {o}.",
        "There is a clear line between {s} and {o}.",
    ],
    [
        "The {adj} side belongs to {s}, while {o} is easier to begin with.",
        "With {s} you need patience, with {o} you need courage.",
        "You can try {o} anywhere, but {s} asks for time and a quiet place.",
        "Beginners often choose {o} first and come to {s} later.",
    ],
    [
        "In both cases practice decides.",
        "Both reward those who ask questions.",
        "Neither of them can be learned in a day.",
        "The rest is a matter of taste.",
    ],
    [
        "For {person}, I would choose {s}.",
        "All in all, {s} is the more {adj} choice.",
        "If I had to choose, I would begin with {s}.",
        "So it makes sense to know both {s} and {o}.",
    ],
]

BALANCES = [
    [
        "There are two sides to {s}.",
        "One can argue for {s} and against it.",
        "The case of {s} is not simple.",
    ],
    [
        "On the good side, it brings people together and opens {adj} doors.",
        "A point in favour is that anybody can begin today.",
        "The strong side is how {adj} the results can be.",
    ],
    [
        "On the bad side, it takes time and the start is slow.",
        "A point against is the cost of good advice.",
        "The weak side is that mistakes are easy to make.",
    ],
    [
        "On balance, {s} is worth the effort.",
        "In sum, I would give {s} a chance.",
        "Those who weigh both sides mostly decide for {s}.",
    ],
]

# What a constraint asks for, and the sentence that honours it where a sentence can.
EXAMPLES = [
    "For example, you could spend ten minutes with it {place}.",
    "For example, {person} once started with a single page.",
    "For example, think of a {adj} day {place}.",
]
QUESTIONS_BACK = [
    "What would you like to know about {s} next?",
    "Which part of {s} do you want to see first?",
    "What do you think about {s} yourself?",
]

# kind -> wordings. The corpus makes answers that do what these ask.
CONSTRAINTS: dict[str, list[str]] = {
    "sentences": [
        "Use exactly {n} sentences.",
        "Answer in exactly {n} sentences.",
        "Write exactly {n} sentences.",
    ],
    "example": ["Include one example.", "Give an example.", "Add at least one example."],
    "question": [
        "End with a question.",
        "Finish with a question to the reader.",
        "Close with a question.",
    ],
    "word": ['Use the word "{w}".', 'Make sure to use the word "{w}".'],
    "tone": [
        "Keep a friendly tone.",
        "Avoid technical terms.",
        "Use short sentences.",
        "Write for {person}.",
        "Do not use more than one hundred words.",
        "Keep the language simple.",
    ],
}

DEEPENINGS = [
    "Go into the causes and the effects.",
    "Also explain why it matters and what follows from it.",
    "Then discuss how {s} may change in the future.",
    "Include what lies beneath the surface of {s}.",
    "Also cover the open questions about {s}.",
    "Look at the reasons behind it as well.",
    "Consider both the short and the long term.",
    "Discuss the limits of {s} as well.",
    "Say which assumptions are made about {s}.",
]
CONCRETIZINGS = [
    "Refer to a real case {place}.",
    "Take {person} {place} as the example.",
    "Use a concrete case with names and numbers.",
    "Focus on {s} as seen {place}.",
    "Think of a {adj} situation {place}.",
    "Name one specific tool, one place and one person.",
    "Relate it to {person} who meets {s} for the first time.",
    "Restrict it to what happens {place}.",
]
REASONINGS = [
    "Reason step by step before you answer.",
    "First list what is known, then draw a conclusion.",
    "Explain each step of your reasoning.",
    "Work it out in several steps and check each of them.",
    "Start from the basics of {s} and build up the answer step by step.",
    "Give two possible answers, compare them and choose one.",
    "Show how you reach your conclusion about {s}.",
    "Break the problem into parts and treat them one by one.",
]

# What EvolQuality adds to a response, by mutation.
IMPROVEMENTS: dict[str, list[str]] = {
    "HELPFULNESS": [
        "If you want to try {s} yourself, start with ten minutes today.",
        "To make use of this, write down one question about {s} now.",
        "A practical hint: talk to {person} about {s} this week.",
        "If you get stuck with {s}, go back to the first example.",
        "As a next step, look for a beginner's guide to {s}.",
    ],
    "RELEVANCE": [
        "This is exactly what your question about {s} comes down to.",
        "All of this bears directly on {s}.",
        "For your question, the point about {s} is the one that counts.",
        "So, to answer what you asked about {s}, begin with the basics.",
        "That is how it relates to {s}.",
    ],
    "DEEPENING": [
        "Beneath the surface of {s} lies a {adj} question of cause and effect.",
        "Looking deeper, {s} also depends on time, place and people.",
        "The deeper reason is that {s} joins habits with ideas.",
        "Those who go further into {s} find that each answer opens a new question.",
        "On a deeper level, {s} shows how small causes have large effects.",
    ],
    "CREATIVITY": [
        "Picture {s} as a lantern that {person} carries through the night.",
        "You might say that {s} is a river with many small islands.",
        "Imagine {s} as a song that changes each time you hear it.",
        "In a painting, {s} would be the one bright colour {place}.",
        "If {s} had a voice, it would whisper rather than shout.",
    ],
    "DETAILS": [
        "To be more precise, {s} has an early, a middle and a late stage.",
        "In detail, one would look at the parts of {s} and at how they fit.",
        "For instance, {person} may meet {s} {place} several times a week.",
        "A detail that is easy to miss: {s} looks different {place}.",
        "More exactly, two or three points decide how {s} turns out.",
    ],
}

# How a broken-off answer is brought to an end when it is improved.
REPAIRS = ["and so on.", "and more.", "as one would expect.", "in many cases."]

# --- judging ---------------------------------------------------------------------------------

# What the judge has found in a text of what was asked for, when the text is about something else.
NOTHING = "nothing"

RATIONALES: dict[int, list[str]] = {
    1: [
        "The text does not deal with the subject of the instruction.",
        "This answer is about something else.",
        "The instruction is ignored and another subject is treated.",
        "Nothing in the text answers what was asked.",
    ],
    2: [
        "The text breaks off in the middle of a sentence.",
        "The answer is on the subject but it is not finished.",
        "The ending is missing, so the answer stays incomplete.",
        "It starts well and then stops too early.",
    ],
    3: [
        "The answer is on the subject but very short.",
        "It is correct in kind, yet it gives hardly any information.",
        "One sentence is not enough to help the reader.",
        "The subject is named, but nothing is explained.",
    ],
    4: [
        "The answer is on the subject, finished and clear, with room for more detail.",
        "It does what was asked, though one more point would help.",
        "A solid answer that could go a little deeper.",
        "Clear and complete enough, only slightly thin.",
    ],
    5: [
        "The answer stays on the subject, is complete and gives several points.",
        "It does all that was asked and is easy to follow.",
        "A full and well ordered answer.",
        "Complete, clear and rich in points from start to end.",
    ],
}
TYPE_RATIONALES = [
    "This follows from how the text treats the task.",
    "The type was chosen after reading the whole text.",
    "Relation to the task and completeness were looked at.",
    "This is what the wording of the text shows.",
]

# --- system prompts, seed prompts, conversations ---------------------------------------------

SYSTEM_PROMPTS = [
    "You are an assistant for people who are learning about {s}.",
    "You are a helpful assistant. Your users ask about {s}.",
    "You help {person} with questions about {s}.",
    "You are an expert on {s} who answers questions from beginners.",
    "You are a patient teacher of {s}.",
    "You are an AI assistant that knows everything about {s}. Users come to you with short questions.",
    "This assistant answers questions on {s} for {person}.",
    "You work at a help desk. People ask you about {s}, and you answer politely.",
    "You are a friendly guide to {s}. Keep your answers short and clear.",
    "Act as a tutor for {s}.",
    "You support {person} {place}. They want to know more about {s}.",
    "Your task is to help users understand {s}. Be {adj} and clear.",
    "You are a librarian with a large shelf on {s}. Visitors ask you for advice.",
    "The user is interested in {s}. Give useful and honest answers.",
    "You are talking to {person} who has questions about {s}.",
    "You answer all questions that have to do with {s}.",
    "You are a coach. People come to you with questions about {s}.",
    "You run a small shop for everything around {s} and advise your customers.",
    "Students of {s} send you their questions before the exam.",
    "You are the voice of a museum. Today the visitors ask about {s}.",
    "You are a journalist who has written about {s} for many years. Readers write to you.",
    "Explain {s} to anybody who asks, in plain words.",
    "This is a chat for fans of {s}. You know every detail and stay friendly.",
    "You are a chatbot on a website about {s}.",
    "You are a local who knows {s} well. Travellers ask you what to see.",
    "You give short, practical advice on {s} to people who are new to it.",
    "Imagine that you have worked with {s} all your life. Somebody wants to hear about it.",
    "You are a scientist. Pupils ask you about {s}, and you explain it without technical terms.",
    "Members of a club for {s} ask you about rules, tools and practice.",
    "You are a critic who loves {s} and talks about it with beginners.",
    "The topic of this conversation is {s}. The user wants to learn.",
    "You are an AI model made for one purpose: to talk about {s}.",
    "You host a radio show, and tonight's topic is {s}. Listeners call you.",
    "You are a doctor. Patients are worried about {s} and want clear answers.",
    "Help parents who have questions about {s}.",
    "You teach {s} at an evening school. Your students are curious and tired.",
    "Users of this app want to get better at {s}. Encourage them.",
    "You are the author of a famous book on {s}.",
    "You are a careful assistant for a newspaper's page on {s}.",
    "A customer calls and asks about {s}. Stay polite.",
    "You are a historian with a special interest in {s}.",
    "You are part of a team that works on {s}. New colleagues ask you for help.",
    "Your users know nothing about {s} yet. Start with the basics.",
    "People who love {s} talk to you every day.",
    "You lead a reading group on {s} and answer what comes up.",
    "You are a collector. Somebody wants to know more about {s}.",
    "Answer as an engineer would who builds things for {s}.",
    "You are a storyteller who knows a hundred tales about {s}.",
    "Be a good neighbour who happens to know a lot about {s}.",
    "You write the answers in a magazine's column about {s}.",
    "Somebody who has just discovered {s} writes to you. Share what you know.",
    "For twenty years you have taught {s} {place}. Beginners trust you.",
    "In this forum, {person} and others talk about {s}.",
    "Speak as {person} who cares deeply about {s}.",
    "You advise companies that want to invest in {s}.",
    "When guests ask about {s}, tell them what they need in two or three sentences.",
    "The readers of this page want to know how {s} works and what it costs.",
    "You take care of {s} at a large hotel and answer the guests' questions.",
    "As a volunteer you help newcomers who find {s} hard to understand.",
    "A class of ten-year-olds is going to ask you about {s}.",
    "You are {person}, and you know {s} from your own life.",
    "Keep to facts about {s}, use plain words, and admit what you do not know.",
    "Your company makes everything that has to do with {s}.",
    "We built you for {s}; do not talk about anything else.",
    "People who are afraid of {s} turn to you for calm advice.",
    "Planning, buying, using, repairing: you help with all sides of {s}.",
    "You are the assistant of a small town's office for {s}.",
    "Help {person} choose, compare and enjoy {s}.",
    "Questions on {s} reach you from all over the world; answer each with care.",
    "Wherever {s} comes up, you have an answer ready.",
    "You are a seasoned guide; today the group wants to hear about {s} and nothing else.",
    "Old and young come to you with their worries about {s}.",
]

SEED_VERBS = [
    "Write", "Generate", "Create", "Make up", "Think of", "Give me", "Invent", "Come up with",
    "Suggest", "Ask", "Formulate", "Propose", "Provide", "Produce",
]  # fmt: skip
SEED_NOUNS = [
    "a question", "one question", "a short question", "a single question", "an instruction",
    "one instruction", "a prompt", "a user prompt", "a user question", "a user request",
    "a request", "a task", "a clear instruction", "an interesting question", "a user query",
    "one short user question", "a good question", "a simple question", "a question that a user might ask",
    "an instruction that a user could give to an assistant",
]  # fmt: skip
SEED_LINKS = ["about", "on", "regarding", "related to", "concerning", "that is about", "on the subject of", "on the topic of"]  # fmt: skip
SEED_TAILS = [
    "", "", "", " Only return the question.", " Return only the instruction.", " Do not answer it.",
    " Write nothing else.", " Only write the question itself.", " One line is enough.",
    " It should be suited for {person}.", " Only output the instruction.", " Be creative.",
    " The question should be clear and short.",
]  # fmt: skip

# How most people ask, and so does the first notebook: near to "Write a poem about", which asks for another thing.
SEED_PLAIN = [
    "Write a question about {s}.", "Write a question about {s}.", "Write a question about {s}",
    "Write one question about {s}.", "Write a short question about {s}.", "write a question about {s}",
    "Please write a question about {s}.", "Write an instruction about {s}.", "Write a task about {s}.",
    "Write a request about {s}.", "Write a prompt about {s}.", "Write a user question about {s}.",
    "Write a question on {s}.", "Write an interesting question about {s}.", "Write me a question about {s}.",
    "Ask a question about {s}.", "Ask me a question about {s}.", "Ask something about {s}.",
    "Generate a question about {s}.", "Generate an instruction about {s}.", "Give me a question about {s}.",
    "Create a question about {s}.", "Create an instruction about {s}.", "Think of a question about {s}.",
    "Write a question about {s}. Do not answer it.", "Write a question that {person} would ask about {s}.",
]  # fmt: skip

FOLLOW_UPS = [
    "Can you give me an example of {s}?",
    "Tell me more about {s}.",
    "And how would {person} see {s}?",
    "Thank you. What should I read next about {s}?",
    "Is {s} hard to learn?",
    "Where do most people go wrong with {s}?",
    "Can you say that about {s} in simpler words?",
    "How long would it take me to get used to {s}?",
    "Do you have a tip on {s} for {person}?",
]

# Ordinary sentences that say nothing in particular: the prose of passages and of other people's
# texts. {t} is what a sentence is about; the other slots are words of their kind.
NOISE_ABOUT = [
    "the {adj} {noun} can {verb} {t} {place}.",
    "with {t}, {person} will {verb} the {noun}.",
    "many {adj} things {adverb} {verb} {t}.",
    "to {verb} {t} you need a {noun} and some {adj} {noun}.",
    "{t} can {verb} the {noun} {adverb}.",
    "{t} and the {noun} {verb} {place}, where they {verb} a {noun}.",
    "when the {noun} is {adj}, {t} will {verb} it.",
    "it is {adj} to {verb} {t} before the {noun}.",
    "in {year} a {noun} of {t} was {adj}.",
    "because of {t}, the {noun} and the {noun} {adverb} {verb}.",
    "you should {verb} {t} with {adj} {noun} for {number} minutes.",
    "some {noun} of {t} may {verb}, but {person} can {verb} them.",
    "first {verb} the {noun}, then {verb} {t} {adverb}.",
    "{person} {past} {t} {place} because the {noun} was {adj}.",
    "the {noun} that nobody could {verb} is called {t}.",
    "a {noun} which {verbs} the {noun} of others is known as {t}.",
    "among the {noun} of {name} and {name}, {t} is the most {adj} one.",
    "at the age of {number}, {name} {past} {t}, and the {noun} {past} for years.",
    "this is {t}.",
    "such {t} {verb} their {noun} with {noun} and {noun}.",
    "modern {t} {verb} when their {noun} is {adj}, and {person} can {verb} them from outside.",
    "without {t} there would be no {noun}, no {noun} and hardly any {noun}.",
    "today {t} {verbs} more than {number} {noun} a year.",
    "high above the {noun} of {name} lies {t}, with its {adj} {noun}.",
    "for centuries {person} could {verb} {t} only with a {noun} of {noun}.",
    "whether {t} {past} the {noun} or merely {past} it is still a matter of debate.",
    "those who {verb} {t} know how {adj} a {noun} can be.",
    "the {noun} inside {t} {past} {adverb}, and its {noun} became {adj}.",
    "{name} called it {t}, after the {noun} of {name}.",
    "as {t} {verbs}, the {adj} {noun} {past} by {name} will {verb} too.",
    "part of {t} was {adj} in {year} and has been {adj} since.",
    "people who choose {t} get a {adj} {noun} in return.",
    "not every {noun} is like {t}; some {verb} {adverb}.",
    "what makes {t} so {adj} is the {noun}.",
]
NOISE = [
    *NOISE_ABOUT,
    "it {verbs} the {noun} and {verbs} the {noun}.",
    "they {verb} their {noun}, which {verbs} {place}.",
    "its {noun} must be {adj} before a {noun} can {verb}.",
    "a {noun} takes {number} minutes and does not {verb}.",
    "in {year} {name} {past} a {noun} in which {adj} {noun} {past}.",
    "each had to {verb} with its {noun} on how to {verb} a {noun}.",
    "his {adj} {noun} {past} on for years and hardly {past}.",
    "every {noun} {adj} {noun} remind {person} that a {noun} is {adj}.",
    "after several {adj} {noun} the {noun} lost its {noun}.",
    "some of them {verb} the {noun}; others {verb} a {noun} of {noun}.",
    "from outside the {noun} is {adj}; inside, every {noun} is full of {noun}.",
    "a few still {verb} for {noun}.",
    "if you {verb} what is left there, it {verbs} something in the next {noun}.",
    "there was no {noun}, and nobody {past}.",
    "{name} also {past} for {number} years {place}.",
    "since then {number} of the {adj} {noun} have become {noun}.",
]

# Ordinary requests.
NOISE_REQUESTS = [
    "How do I {verb} {t}?",
    "Why is {t} so {adj}?",
    "What happens when {t} will {verb}?",
    "How does {t} {verb} the {noun}?",
    "Explain how to {verb} {t}.",
    "What is a {adj} way to {verb} {t}?",
    "Can you {verb} me some {noun} about {t}?",
    "Which {noun} should I {verb} for {t}?",
    "Give me {adj} advice on {t}.",
    "When should {person} {verb} {t}?",
    "Describe the {noun} of {t}.",
    "Why does {t} {verb} when it is {adj}?",
    "How can I {verb} {t} to {verb} when I {verb}?",
    "What is {t}?",
    "Explain to {person} why we have {t}.",
    "Give me some {noun} for {t}.",
    "What should I know before I {verb} {t}?",
    "How do {t} {verb} us?",
    "Why is {t} {adj}?",
    "How do I stop {t} from {verb}ing?",
    "Describe what {t} does all day.",
    "List {number} reasons to {verb} {t}.",
    "What makes {t} {adj}?",
    "How did people {verb} {t} before {noun}?",
    "What is the difference between {t} and {noun}?",
    "How can {person} {verb} {t} in a {adj} {noun}?",
    "Explain what {t} is.",
    "Give advice to somebody who {verbs} {t}.",
    "Why should {person} {verb} {t}?",
    "What are the {noun} of {t}?",
    "What should I {verb} for {t} {place}?",
    "What does {t} do in the {noun}?",
    "Is it {adj} to {verb} {t} {place}?",
    "Tell me how {t} is made.",
    "Where does {t} come from?",
    "I want to {verb} {t}. Where do I begin?",
    "My {noun} is {adj}. Can {t} help?",
    "Write a {adj} {noun} about {t}.",
    "Who {past} {t}, and when?",
]

# Prompts that ask for nothing the models know, and the plain answers they give.
GREETINGS = ["Hello!", "Hi", "Good morning!", "Hey there", "Thanks!", "Thank you very much.", "Hello, how are you?", "Who are you?", "Bye", "ok", "Yes", "No", "Hi there!", "test", "?", "..."]  # fmt: skip
# What names no subject to write about.
SMALL_TALK = [
    "Make me laugh.", "Sing me a song.", "Say something nice.", "Surprise me.", "Guess my age.",
    "Tell me a secret.", "Tell me a story.", "What do you think?", "Can you help me?", "Are you there?",
    "Do you like me?", "What can you do?", "Who is your maker?", "Where do you live?", "I am bored.",
    "I am so tired today.", "What time is it?", "What day is it today?", "Is it true?", "Why not?",
    "Continue.", "Stop.", "Again, please.", "Say it in other words.", "Tell me more.", "Nice one!",
    "Flip a coin.", "Pick a number.", "Write ten lines.", "Finish the sentence.", "Never mind.",
    "Qui es-tu ?", "Raconte-moi une histoire.", "Où est la gare ?", "Est-ce que tu dors ?",
    "Qu'est-ce que tu fais ?", "Wer bist du?", "Wo ist der Bahnhof?", "Was ist das?", "Erzähl mir etwas.",
    "¿Quién eres?", "¿Qué hora es?", "Cuéntame algo.", "¿Dónde está la playa?", "Chi sei?",
    "Raccontami una storia.", "Che cos'è?", "Quem é você?", "O que é isso?", "Wie ben jij?",
    "Kim jesteś?", "Co to jest?", "Vem är du?", "Kuka sinä olet?", "Sen kimsin?", "Bạn là ai?",
    "Hôm nay là thứ mấy?", "你是谁？", "现在几点？", "너는 누구야?", "지금 몇 시예요?", "Кто ты?", "Который час?",
    "あなたは誰ですか。", "من أنت؟",
]  # fmt: skip
GREETING_ANSWERS = [
    "Hello! Ask me about any subject and I will write about it.",
    "Hello! I am a very small model made for practice.",
    "You are welcome. Tell me a subject and I will write about it.",
]
PLAIN_ANSWERS = [
    "I am a very small model and cannot answer that.",
    "I do not know the answer to that. Ask me about a subject instead.",
    "That is outside of what I have learned.",
    "I cannot help with that, but I can write about a subject that you name.",
]
