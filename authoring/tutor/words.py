"""The words from which the training text of the tutor models is written.

Plain data, written for this project: subjects that training talks about, and the
words that make ordinary-looking English sentences around them. Nothing here may
appear in `authoring.tutor.held_out`, whose subjects the evaluation uses.

Example:
    >>> "origami" in SUBJECTS and "DNA" in SUBJECTS
    True
    >>> third_person("teach"), past("teach"), past("study")
    ('teaches', 'taught', 'studied')
"""

from __future__ import annotations


def _items(text: str) -> list[str]:
    """Split comma-separated words that may run over several lines."""
    return [" ".join(item.split()) for item in text.split(",") if item.strip()]


def _unique(items: list[str]) -> list[str]:
    """Sort, and keep the first of items that differ in casing only."""
    seen: dict[str, str] = {}
    for item in items:
        seen.setdefault(item.lower(), item)
    return sorted(seen.values(), key=lambda item: (item.lower(), item))


# Subjects by field. Each fits after "about" and in "people who study ...".
SUBJECTS_BY_FIELD: dict[str, list[str]] = {
    "science": _items("""
        photosynthesis, gravity, evolution, electricity, magnetism, atoms, molecules, enzymes,
        proteins, bacteria, viruses, fungi, cells, genetics, DNA, RNA, black holes, neutron stars,
        the solar system, Mars, Jupiter, Saturn, the Moon, comets, meteorites, galaxies, dark matter,
        the Big Bang, string theory, quantum mechanics, general relativity, thermodynamics, entropy,
        optics, lasers, sound waves, radio waves, X-rays, the electromagnetic spectrum, acids and bases,
        the periodic table, carbon, oxygen, hydrogen, nitrogen, helium, uranium, plutonium, silicon,
        carbon dioxide, CO2, H2O, nuclear fusion, nuclear fission, radioactivity, half-life,
        plate tectonics, volcanoes, earthquakes, tsunamis, glaciers, fossils, minerals, crystals,
        the water cycle, the carbon cycle, climate change, the greenhouse effect, ozone,
        superconductors, semiconductors, nanotechnology, stem cells, antibodies, hormones,
        neurons, synapses, the nervous system, chromosomes, mitochondria, ribosomes,
        natural selection, symbiosis, food chains, biodiversity, taxonomy, the scientific method,
        statistics, CRISPR, PCR, MRI, the Higgs boson, neutrinos, antimatter, Newton's laws,
        Ohm's law, Moore's law, Hooke's law, absolute zero, friction, buoyancy, inertia,
        surface tension, osmosis, diffusion, catalysts, polymers, isotopes, redox reactions,
        spectroscopy, electron microscopes, the Hubble telescope, the Kepler mission, Apollo 11,
        Voyager 1, exoplanets, solar eclipses, sunspots, the speed of light, vitamin B12, pH
    """),
    "animals": _items("""
        elephants, lions, tigers, giraffes, zebras, hippos, rhinos, wolves, foxes, bears, polar bears,
        pandas, koalas, kangaroos, wombats, platypuses, dolphins, whales, blue whales, sharks, rays,
        octopuses, squid, jellyfish, starfish, sea urchins, coral reefs, crabs, lobsters, shrimp,
        salmon, trout, tuna, eels, goldfish, sea horses, frogs, toads, newts, turtles, snakes, cobras,
        lizards, geckos, chameleons, crocodiles, eagles, owls, hawks, falcons, parrots, pigeons, crows,
        ravens, robins, sparrows, swallows, swans, ducks, geese, chickens, turkeys, ostriches, penguins,
        flamingos, pelicans, storks, woodpeckers, hummingbirds, peacocks, bees, honeybees, wasps, ants,
        termites, butterflies, moths, beetles, ladybirds, dragonflies, mosquitoes, flies, spiders,
        tarantulas, scorpions, snails, slugs, earthworms, horses, donkeys, cows, sheep, goats, pigs,
        rabbits, hares, hamsters, guinea pigs, mice, rats, squirrels, beavers, otters, badgers,
        hedgehogs, moles, bats, deer, moose, reindeer, camels, llamas, alpacas, monkeys, gorillas,
        chimpanzees, lemurs, sloths, anteaters, armadillos, seals, walruses, cats, dogs, puppies,
        kittens, poodles, border collies, German shepherds, Siamese cats, dinosaurs, Tyrannosaurus rex,
        mammoths, bird migration, animal behaviour, dog training, beekeeping
    """),
    "plants and weather": _items("""
        roses, tulips, daisies, sunflowers, orchids, lilies, daffodils, lavender, mint, basil, thyme,
        parsley, sage, oak trees, maple trees, pine trees, birch trees, willows, palm trees, bonsai,
        bamboo, cacti, succulents, ferns, mosses, lichens, mushrooms, truffles, algae, seaweed, ivy,
        nettles, dandelions, weeds, grass, clover, wheat, barley, oats, rye, maize, cotton, hemp,
        sugar cane, vineyards, orchards, gardens, vegetable gardens, greenhouses, compost, soil,
        seeds, pollination, pruning, irrigation, crop rotation, forests, rainforests, deserts,
        savannas, wetlands, swamps, rivers, lakes, waterfalls, oceans, tides, waves, ocean currents,
        islands, mountains, valleys, canyons, caves, rain, snow, hail, fog, clouds, thunderstorms,
        lightning, tornadoes, hurricanes, monsoons, droughts, floods, wind, rainbows, the northern
        lights, seasons, spring, autumn, weather forecasts, El Niño, rock gardens, hydroponics, Ginkgo
        biloba, aloe vera, medicinal herbs, house plants, wild flowers, autumn leaves
    """),
    "food and drink": _items("""
        bread, sourdough, rye bread, pizza, pasta, spaghetti, lasagne, risotto, rice, sushi, ramen,
        noodles, dumplings, tofu, miso soup, curry, kebabs, falafel, hummus, tacos, burritos, paella,
        tapas, gazpacho, ratatouille, quiche, croissants, baguettes, crêpes, pancakes, waffles, muffins,
        cakes, cheesecake, apple pie, tiramisu, crème brûlée, ice cream, chocolate, dark chocolate,
        caramel, honey, maple syrup, jam, marmalade, peanut butter, butter, cheese, cheddar, Parmesan,
        blue cheese, yoghurt, milk, cream, eggs, omelettes, bacon, ham, sausages, steak, roast beef,
        barbecue, fish and chips, oysters, caviar, soup, stews, salads, potatoes, tomatoes, onions,
        garlic, carrots, cabbage, spinach, broccoli, peppers, chillies, aubergines, pumpkins, beans,
        lentils, chickpeas, peas, apples, pears, bananas, oranges, lemons, strawberries, cherries,
        grapes, melons, mangoes, pineapples, avocados, coconuts, almonds, walnuts, olive oil, vinegar,
        mustard, soy sauce, ketchup, mayonnaise, salt, sugar, flour, yeast, spices, cinnamon, saffron,
        vanilla, ginger, turmeric, coffee, espresso, tea, green tea, hot chocolate, lemonade, wine,
        beer, cider, whisky, kombucha, fermentation, baking, grilling, slow cooking, meal planning,
        street food, vegan food, school lunches, picnics, breakfast, Sunday roasts, table manners,
        kitchen knives, cast-iron pans, pressure cookers, the Maillard reaction, food safety
    """),
    "crafts and hobbies": _items("""
        knitting, crochet, sewing, embroidery, quilting, weaving, spinning wool, felting, macramé,
        pottery, ceramics, glassblowing, candle making, soap making, woodworking, wood carving,
        carpentry, blacksmithing, leatherwork, jewellery, bookbinding, calligraphy, origami,
        papermaking, scrapbooking, collage, drawing, sketching, painting, watercolours, oil painting,
        linocut printing, screen printing, etching, sculpture, mosaics, stained glass, photography,
        film cameras, portrait photography, model trains, model aircraft, kites, puppets, dolls' houses,
        stamp collecting, coin collecting, birdwatching, stargazing, gardening, flower arranging,
        juggling, card tricks, magic tricks, origami cranes, jigsaw puzzles, crosswords, sudoku,
        Rubik's Cube, 3D printing, home brewing, metal detecting, geocaching, camping, hiking,
        fishing, fly fishing, foraging, ham radio, antique clocks, vintage cars, tie-dye, batik,
        paper planes, balloon animals, face painting, costume design, cross-stitch, upcycling
    """),
    "sport": _items("""
        football, American football, rugby, cricket, baseball, softball, basketball, volleyball,
        beach volleyball, handball, tennis, table tennis, badminton, squash, golf, hockey, ice hockey,
        lacrosse, polo, water polo, swimming, diving, synchronised swimming, rowing, canoeing, kayaking,
        sailing, surfing, windsurfing, kitesurfing, snorkelling, scuba diving, running, sprinting,
        marathons, the 100 metres, hurdles, relay races, the high jump, the long jump, pole vaulting,
        javelin, shot put, the decathlon, triathlons, cycling, mountain biking, BMX, the Tour de France,
        skateboarding, roller skating, ice skating, figure skating, skiing, cross-country skiing,
        ski jumping, snowboarding, bobsleigh, curling, gymnastics, trampolining, weightlifting, boxing,
        wrestling, judo, karate, taekwondo, fencing, archery, shooting, horse riding, show jumping,
        climbing, bouldering, orienteering, parkour, yoga, Pilates, aerobics, stretching, darts,
        snooker, bowling, the Olympic Games, the World Cup, Formula 1, the offside rule, penalty
        kicks, team spirit, fair play, referees, sports injuries, half marathons, 5K runs
    """),
    "history": _items("""
        World War 1, World War 2, the Cold War, the French Revolution, the Industrial Revolution,
        the Renaissance, the Middle Ages, the Bronze Age, the Iron Age, the Stone Age, the Ice Age,
        the Roman Empire, ancient Rome, ancient Greece, ancient Egypt, the pyramids, pharaohs, mummies,
        hieroglyphs, Mesopotamia, Babylon, the Persian Empire, the Ottoman Empire, the Mongol Empire,
        the Silk Road, the Ming dynasty, the Tang dynasty, samurai, feudal Japan, the Aztecs,
        the Incas, the Maya, the Vikings, the Normans, the Crusades, knights, castles, the Black Death,
        the Magna Carta, the Hundred Years' War, the Spanish Armada, the Age of Discovery, the slave trade,
        the American Revolution, the Civil War, the Gold Rush, the Great Depression, Prohibition,
        the Berlin Wall, the Russian Revolution, the Space Race, the 1920s, the 1960s, the 1970s, the 18th century, the 1990s,
        the 19th century, the year 1066, the year 1848, the Victorian era, the Enlightenment,
        the Reformation, women's suffrage, the civil rights movement, apartheid, decolonisation,
        the Treaty of Versailles, the Suez Canal, the Panama Canal, the Titanic, the Great Fire of London,
        the printing press, steam engines, railways, the telegraph, Roman roads, aqueducts, gladiators,
        Greek mythology, Norse mythology, the Trojan War, Stonehenge, Pompeii, Machu Picchu,
        the Terracotta Army, the Great Wall of China, the Rosetta Stone, the Dead Sea Scrolls,
        pirates, trade routes, coins, archives, oral history, archaeology, family trees
    """),
    "places": _items("""
        Paris, London, Rome, Madrid, Berlin, Vienna, Prague, Budapest, Warsaw, Athens, Istanbul, Cairo,
        Nairobi, Lagos, Cape Town, Marrakesh, Tokyo, Kyoto, Osaka, Seoul, Beijing, Shanghai, Hong Kong,
        Singapore, Bangkok, Hanoi, Jakarta, Manila, Mumbai, New Delhi, Kolkata, Karachi, Dubai, Jerusalem,
        Sydney, Melbourne, Auckland, New York City, Los Angeles, San Francisco, Chicago, Boston, Miami,
        New Orleans, Toronto, Montréal, Vancouver, Mexico City, Havana, Bogotá, Lima, Santiago,
        Buenos Aires, São Paulo, Rio de Janeiro, Brasília, Montevideo, Stockholm, Oslo, Copenhagen,
        Helsinki, Reykjavík, Dublin, Edinburgh, Glasgow, Amsterdam, Rotterdam, Brussels, Zürich, Geneva,
        Munich, Hamburg, Köln, Milan, Venice, Florence, Naples, Barcelona, Seville, Lisbon, Porto, Moscow,
        Saint Petersburg, Kyiv, Kraków, Łódź, France, Germany, Spain, Italy, Portugal, Greece, Turkey,
        Egypt, Morocco, Kenya, Nigeria, Ghana, South Africa, Ethiopia, India, Pakistan, Bangladesh,
        Nepal, China, Japan, South Korea, Vietnam, Thailand, Indonesia, the Philippines, Australia,
        New Zealand, Canada, Mexico, Brazil, Argentina, Chile, Peru, Colombia, Cuba, Iceland, Norway,
        Sweden, Finland, Poland, Ukraine, Ireland, Scotland, Wales, the Netherlands, Switzerland,
        Côte d'Ivoire, the Sahara, the Gobi Desert, the Amazon, the Nile, the Danube, the Rhine,
        the Mississippi, the Himalayas, Mount Everest, Mount Fuji, Kilimanjaro, the Alps, the Andes,
        the Rocky Mountains, the Pacific Ocean, the Mediterranean Sea, the Baltic Sea, the Dead Sea,
        Lake Victoria, Niagara Falls, the Grand Canyon, Antarctica, the Arctic, Greenland, Hawaii, Sicily,
        Madagascar, the Eiffel Tower, the Colosseum, the Taj Mahal, Central Park, Broadway, Route 66
    """),
    "people": _items("""
        Albert Einstein, Marie Curie, Isaac Newton, Galileo Galilei, Charles Darwin, Nikola Tesla,
        Thomas Edison, Alexander Fleming, Louis Pasteur, Ada Lovelace, Alan Turing, Grace Hopper,
        Rosalind Franklin, Niels Bohr, Erwin Schrödinger, Richard Feynman, Stephen Hawking,
        Carl Friedrich Gauss, Leonhard Euler, Emmy Noether, Évariste Galois, Srinivasa Ramanujan,
        Archimedes, Euclid, Pythagoras, Plato, Aristotle, Socrates, Confucius, Immanuel Kant,
        Friedrich Nietzsche, Søren Kierkegaard, René Descartes, Simone de Beauvoir, Karl Marx,
        William Shakespeare, Jane Austen, Charles Dickens, Leo Tolstoy, Fyodor Dostoevsky, Franz Kafka,
        Victor Hugo, Émile Zola, Gabriel García Márquez, Pablo Neruda, Haruki Murakami, Toni Morrison,
        Virginia Woolf, Agatha Christie, J. R. R. Tolkien, Astrid Lindgren, Hans Christian Andersen,
        Leonardo da Vinci, Michelangelo, Rembrandt, Vincent van Gogh, Claude Monet, Pablo Picasso,
        Frida Kahlo, Salvador Dalí, Joan Miró, Katsushika Hokusai, Andy Warhol, Georgia O'Keeffe,
        Wolfgang Amadeus Mozart, Ludwig van Beethoven, Johann Sebastian Bach, Frédéric Chopin,
        Antonín Dvořák, Béla Bartók, Camille Saint-Saëns, Claude Debussy, Igor Stravinsky, Clara Schumann,
        Louis Armstrong, Miles Davis, Ella Fitzgerald, Elvis Presley, David Bowie, Bob Marley, Édith Piaf,
        Beyoncé, Björk, Freddie Mercury, Charlie Chaplin, Alfred Hitchcock, Akira Kurosawa, Audrey Hepburn,
        Pedro Almodóvar, Pelé, Diego Maradona, Lionel Messi, Serena Williams, Roger Federer, Usain Bolt,
        Muhammad Ali, Simone Biles, Nelson Mandela, Mahatma Gandhi, Martin Luther King, Rosa Parks,
        Abraham Lincoln, George Washington, Winston Churchill, Napoleon Bonaparte, Julius Caesar,
        Cleopatra, Alexander the Great, Genghis Khan, Joan of Arc, Queen Victoria, Catherine the Great,
        Marco Polo, Christopher Columbus, Ferdinand Magellan, James Cook, Roald Amundsen, Neil Armstrong,
        Yuri Gagarin, Valentina Tereshkova, Amelia Earhart, Florence Nightingale, Mother Teresa,
        Simón Bolívar, José Martí, Che Guevara, Eva Perón, Ho Chi Minh, Sun Yat-sen, Sigmund Freud,
        Carl Jung, Maria Montessori, Anne Frank, Malala Yousafzai, Greta Thunberg, Jane Goodall
    """),
    "technology": _items("""
        computers, laptops, tablets, smartphones, keyboards, touch screens, printers, scanners, monitors,
        microchips, transistors, batteries, lithium-ion batteries, solar panels, wind turbines,
        hydroelectric dams, nuclear power plants, electric cars, self-driving cars, hybrid engines,
        diesel engines, jet engines, rockets, satellites, GPS, radar, sonar, drones, robots, robotics,
        sensors, thermostats, LED lamps, fibre optics, Wi-Fi, Bluetooth, 5G, USB cables, QR codes,
        barcodes, RFID tags, touchpads, headphones, loudspeakers, microphones, amplifiers, televisions,
        radios, cameras, telescopes, microscopes, binoculars, clocks, wristwatches, locks, elevators,
        escalators, bicycles, e-bikes, motorcycles, trains, trams, high-speed rail, ships, submarines,
        hot-air balloons, helicopters, gliders, airports, bridges, tunnels, dams, skyscrapers, cranes,
        concrete, steel, aluminium, copper, glass, plastics, rubber, carbon fibre, paper, ink,
        welding, soldering, circuit boards, Arduino, Raspberry Pi, virtual reality, smart homes,
        artificial intelligence, machine learning, deep learning, neural networks, chatbots,
        speech recognition, computer vision, recommender systems, supercomputers, quantum computers,
        heat pumps, heating systems, air conditioning, refrigerators, washing machines, dishwashers,
        sewing machines, typewriters, vending machines, cash machines, recycling, waste sorting
    """),
    "software": _items("""
        Python, Python 3, JavaScript, TypeScript, Java, C++, C#, Rust, Golang, Ruby, PHP, Swift, Kotlin,
        Haskell, Scala, Perl, Lua, SQL, SQLite, PostgreSQL, MongoDB, Redis, HTML, CSS, XML, JSON, YAML,
        Markdown, LaTeX, Unicode, UTF-8, ASCII, HTTP, HTTPS, DNS, TCP/IP, IPv6, SSH, FTP, APIs, REST,
        web browsers, web servers, cookies, firewalls, passwords, two-factor authentication, encryption,
        RSA, SHA-256, phishing, spam filters, computer viruses, open-source software, Linux, Ubuntu,
        Debian, macOS, Windows 11, Android, iOS, Git, GitHub, version control, code review, pull requests,
        unit tests, debugging, compilers, interpreters, linkers, regular expressions, recursion, loops,
        variables, functions, closures, classes, inheritance, polymorphism, design patterns, data types,
        arrays, linked lists, hash tables, binary trees, graphs, queues, stacks, sorting algorithms,
        binary search, dynamic programming, Big O notation, pandas DataFrames, NumPy, Jupyter notebooks,
        spreadsheets, Excel, databases, data cleaning, data privacy, backups, cloud computing, Docker,
        Kubernetes, virtual machines, microservices, load balancing, caching, message queues, threads,
        deadlocks, race conditions, memory leaks, garbage collection, pointers, floating-point numbers,
        time zones, character encodings, user interfaces, accessibility, web design, search engines,
        video games, game engines, pixel art, computer graphics, ray tracing, operating systems, GPUs, CPUs,
        tokenizers, language models, transformers, gradient descent, overfitting, decision trees, k-means
    """),
    "health": _items("""
        the heart, the lungs, the liver, the kidneys, the brain, the skin, the spine, muscles, bones,
        joints, teeth, blood, blood pressure, blood types, the immune system, digestion, metabolism,
        sleep, insomnia, dreams, stress, anxiety, depression, meditation, mindfulness, breathing exercises,
        exercise, walking, posture, nutrition, vitamins, vitamin C, vitamin D, iron, calcium, fibre,
        omega-3, cholesterol, calories, diets, fasting, allergies, hay fever, asthma, colds, flu, COVID-19,
        measles, malaria, tuberculosis, polio, diabetes, cancer, strokes, migraines, headaches, back pain,
        arthritis, epilepsy, dementia, ADHD, autism, dyslexia, vaccines, antibiotics, painkillers, aspirin,
        penicillin, insulin, surgery, anaesthesia, transplants, prostheses, hearing aids, contact lenses,
        glasses, first aid, CPR, bandages, burns, broken bones, sunburn, frostbite, dehydration,
        dental care, hand washing, pregnancy, midwifery, breastfeeding, childhood, puberty, ageing,
        physiotherapy, massage, acupuncture, psychotherapy, nursing, hospitals, pharmacies, ambulances,
        hospices, public health, epidemics, clinical trials, the placebo effect, HIV, type 2 diabetes
    """),
    "music and arts": _items("""
        jazz, blues, rock music, punk, heavy metal, hip-hop, rap, reggae, techno, folk songs, flamenco,
        tango, salsa, waltzes, ballet, opera, musicals, choirs, orchestras, string quartets, symphonies,
        concertos, sonatas, fugues, the violin, the viola, the cello, the double bass, the piano,
        the organ, the guitar, the ukulele, the banjo, the harp, the flute, the recorder, the oboe,
        the clarinet, the saxophone, the trumpet, the trombone, the tuba, drums, the accordion, bagpipes,
        synthesizers, singing, sight-reading, musical notation, rhythm, harmony, melody, scales, chords,
        major and minor keys, music festivals, vinyl records, MP3 files, film music, theatre, comedy,
        tragedy, improvisation, mime, puppetry, stage lighting, circus, street art, graffiti, murals,
        museums, art galleries, architecture, Gothic cathedrals, Art Nouveau, Art Deco, Bauhaus, Cubism,
        Impressionism, Surrealism, Baroque, Pop Art, perspective, colour theory, fonts, typography,
        graphic design, posters, comics, manga, anime, cartoons, animation, documentaries, film editing,
        screenwriting, novels, short stories, fairy tales, fables, poems, haiku, sonnets, limericks,
        science fiction, detective stories, biographies, diaries, libraries, bookshops, Hamlet,
        Don Quixote, Harry Potter, The Little Prince, Star Wars, Sherlock Holmes, the Mona Lisa,
        Swan Lake, the Ninth Symphony, Für Elise
    """),
    "law and society": _items("""
        democracy, elections, voting, parliaments, constitutions, human rights, free speech, the rule of
        law, courts, juries, judges, contracts, copyright, patents, trademarks, privacy, GDPR, taxes, VAT,
        pensions, social security, minimum wages, trade unions, strikes, immigration, citizenship,
        passports, visas, refugees, the United Nations, the European Union, NATO, UNESCO, UNICEF,
        the Red Cross, the WHO, diplomacy, treaties, peacekeeping, police work, prisons, crime prevention,
        traffic rules, speed limits, insurance, inheritance law, marriage, divorce, adoption, families,
        friendship, neighbours, volunteering, charities, education, schools, kindergartens, universities,
        homework, exams, scholarships, distance learning, bullying, holidays, birthdays, weddings,
        funerals, Christmas, Easter, Ramadan, Diwali, Hanukkah, Halloween, New Year's Eve, Chinese New
        Year, Día de Muertos, religion, Buddhism, Islam, Christianity, Judaism, Hinduism, atheism,
        ethics, justice, equality, feminism, poverty, hunger, housing, urban planning, public transport,
        newspapers, journalism, fake news, advertising, social media, propaganda, etiquette, fashion
    """),
    "money and work": _items("""
        money, banks, savings, loans, mortgages, interest rates, credit cards, budgets, inflation,
        unemployment, stock markets, shares, bonds, Bitcoin, the euro, the dollar, exchange rates,
        supply and demand, monopolies, free trade, tariffs, globalisation, GDP, start-ups, small
        businesses, marketing, branding, sales, customer service, accounting, bookkeeping, auditing,
        logistics, supply chains, warehouses, factories, assembly lines, quality control, teamwork,
        leadership, project management, time management, meetings, job interviews, CVs, cover letters,
        salaries, remote work, offices, public speaking, negotiation, conflict resolution, e-mail,
        presentations, brainstorming, decision making, risk management, crowdfunding, online shops,
        supermarkets, flea markets, farmers' markets, restaurants, hotels, tourism, travel agencies,
        fire fighting, teaching, farming, plumbing, bricklaying, roofing, tailoring, hairdressing,
        butchery, shoemaking, translation, interpreting, engineering, medicine, astronomy, biology,
        chemistry, physics, geology, geography, meteorology, oceanography, psychology, sociology,
        anthropology, economics, philosophy, linguistics, political science, computer science
    """),
    "games": _items("""
        chess, draughts, backgammon, the game of Go, Scrabble, Monopoly, dominoes, poker, bridge tournaments,
        rummy, solitaire, blackjack, roulette, dice, hide-and-seek, tag, hopscotch, marbles, yo-yos,
        skipping ropes, charades, pub quizzes, riddles, word games, tic-tac-toe, Connect Four, Tetris,
        Pac-Man, Super Mario, Minecraft, Pokémon, The Legend of Zelda, board games, role-playing games,
        Dungeons & Dragons, escape rooms, treasure hunts, toy blocks, LEGO bricks, playgrounds,
        chess openings, the Sicilian Defence, checkmate, speedruns, game design
    """),
    "household": _items("""
        cleaning, laundry, ironing, dusting, vacuum cleaners, stain removal, mould, drains, leaking taps,
        toilets, showers, bathtubs, furniture, sofas, wardrobes, bookshelves, mattresses, pillows,
        curtains, carpets, candles, lamps, light bulbs, fuses, power sockets, extension cords, hammers,
        screwdrivers, saws, drills, nails, screws, paintbrushes, wallpaper, tiles, wooden floors, doors,
        windows, keys, doorbells, smoke alarms, fire extinguishers, ladders, buckets, brooms, umbrellas,
        raincoats, shoes, boots, socks, hats, gloves, scarves, jeans, T-shirts, buttons, zips, pockets,
        backpacks, suitcases, lunch boxes, water bottles, teapots, mugs, plates, spoons, forks, chopsticks,
        tin openers, corkscrews, toasters, microwave ovens, kettles, freezers, storage boxes, moving house,
        spring cleaning, houseguests, pets, baby clothes, prams, lawn mowers, garden hoses, sheds, fences,
        fireplaces, chimneys, roofs, attics, cellars, balconies, garages, parking spaces, letter boxes
    """),
    "language": _items("""
        grammar, spelling, punctuation, commas, apostrophes, verbs, adjectives, pronouns, irregular verbs,
        the past tense, the passive voice, sentence structure, essays, summaries, reports, letters,
        dictionaries, alphabets, the Cyrillic alphabet, Chinese characters, kanji, hiragana, Braille,
        Morse code, sign language, Latin, Esperanto, English, Spanish, French, German, Italian, Portuguese,
        Russian, Arabic, Hebrew, Hindi, Mandarin, Japanese, Korean, Vietnamese, Swahili, Welsh, Polish,
        Finnish, accents, dialects, slang, idioms, proverbs, metaphors, irony, puns, tongue twisters,
        jokes, small talk, pronunciation, vocabulary, loanwords, place names, first names, nicknames,
        bilingual children, reading, handwriting, shorthand, speed reading, note-taking, rhetoric
    """),
    "mathematics": _items("""
        numbers, prime numbers, fractions, decimals, percentages, negative numbers, square roots, pi,
        the number 7, infinity, algebra, equations, quadratic equations, inequalities, polynomials,
        geometry, triangles, circles, polygons, angles, symmetry, fractals, the golden ratio, Pythagoras'
        theorem, trigonometry, logarithms, exponents, calculus, derivatives, integrals, limits, vectors,
        matrices, complex numbers, probability, coin tosses, averages, the median, standard deviation,
        the normal distribution, correlation, set theory, logic, Boolean algebra, proofs, induction,
        combinatorics, graph theory, the Fibonacci sequence, Pascal's triangle, game theory, cryptography,
        magic squares, Roman numerals, binary numbers, hexadecimal numbers, rounding, units of measurement,
        the metric system, times tables, mental arithmetic, the abacus, slide rules, Fermat's Last Theorem,
        the Riemann hypothesis, the four-colour theorem, Bayes' theorem, topology, knots, Möbius strips
    """),
    "everyday life": _items("""
        homework routines, city walks, train journeys, bus timetables, maps, compasses, travel plans,
        packing lists, long flights, jet lag, road trips, hostels, souvenirs, postcards, parcels, queues
        at airports, rush hour, morning routines, weekend plans, shopping lists, second-hand clothes,
        gifts, thank-you notes, birthday cakes, children's parties, bedtime stories, lullabies, babysitting,
        grandparents, twins, only children, first days at school, lost keys, bad habits, good manners,
        saving energy, saving water, bike repair, flat tyres, driving lessons, car sharing, street lights,
        town halls, village life, big cities, country roads, night trains, harbours, lighthouses, beaches,
        sandcastles, snowmen, snowball fights, campfires, fireworks, daydreams, silence, patience,
        curiosity, courage, kindness, honesty, trust, memory, happiness, boredom, fear, anger, love
    """),
}

# All training subjects, in alphabetical order.
SUBJECTS: list[str] = _unique([item for items in SUBJECTS_BY_FIELD.values() for item in items])

# Things that can be touched or pointed at, singular.
CONCRETE_NOUNS: list[str] = _unique(
    _items("""
    apple, apron, arch, arm, arrow, avenue, axe, baby, bag, ball, band, bank, bar, barn, basin, basket,
    bath, beach, bead, beam, beard, bed, bell, belt, bench, bicycle, bird, biscuit, blade, blanket, block,
    boat, body, bolt, bone, book, boot, border, bottle, bowl, box, boy, bracelet, branch, brick, bridge,
    brush, bucket, building, bulb, bundle, bus, bush, button, cabin, cabinet, cable, cage, cake, calendar,
    camera, camp, canal, candle, canvas, cap, car, card, carpet, carriage, cart, castle, cat, ceiling,
    cellar, chain, chair, chalk, chart, chest, chimney, church, circle, clay, cliff, clock, cloth, cloud,
    coat, coin, collar, column, comb, computer, cord, corner, cottage, counter, courtyard, cover, cow,
    cradle, crane, crate, crop, crown, cube, cup, cupboard, curtain, cushion, dam, desk, diagram, dish,
    ditch, dog, doll, door, drawer, dress, drum, dust, ear, edge, egg, engine, envelope, eye, fabric, face,
    factory, fan, farm, feather, fence, field, figure, film, finger, fire, fish, flag, flame, flask,
    flower, foot, forest, fork, fountain, frame, fruit, furnace, garage, garden, gate, gear, ghost, girl,
    glass, glove, glue, goat, grain, gravel, grid, guitar, hair, hall, hammer, hand, handle, harbour, hat,
    head, hedge, hill, hinge, hole, hook, horn, horse, hospital, hotel, house, hut, island, jacket, jar,
    jewel, jug, kettle, key, keyboard, kitchen, kite, knee, knife, knot, label, ladder, lake, lamp, lamp
    post, lane, lantern, leaf, leather, leg, lens, letter, lever, library, lid, light, line, lip, list,
    loaf, lock, log, loom, machine, magazine, magnet, map, market, mask, mast, mat, match, meadow, meal,
    medal, metal, mill, mirror, model, motor, mountain, mouse, mouth, mud, muscle, museum, nail, neck,
    necklace, needle, nest, net, newspaper, nose, note, notebook, nut, oar, oven, packet, page, paint,
    palace, pan, panel, parcel, park, path, paw, pea, pebble, pedal, pen, pencil, photograph, piano,
    picture, pier, pillar, pillow, pin, pipe, pit, plank, plant, plate, platform, plough, pocket, pond,
    pool, post, pot, potato, powder, puddle, pump, puppet, purse, puzzle, rail, ramp, rib, ribbon, ring,
    river, road, rock, rod, roof, room, root, rope, row, rug, ruler, sack, saddle, sail, sand, sauce, saw,
    scale, scarf, school, screen, screw, sea, seat, seed, shed, sheet, shelf, shell, ship,
    shirt, shoe, shop, shoulder, shovel, sign, sink, skirt, sleeve, slope, soap, sock, spade, spark, spoon,
    spring, square, stable, stage, stair, stamp, star, station, statue, steam, stem, stick, stone, stool,
    stove, straw, stream, street, string, suit, suitcase, sweater, switch, table, tail, tank, tap, tape,
    telephone, temple, tent, thread, throat, thumb, ticket, tile, tin, toe, tongue, tool, tooth, towel,
    tower, town, toy, track, train, tray, tree, trunk, tube, tunnel, umbrella, valley, valve, van, vase,
    vehicle, village, wagon, wall, wardrobe, watch, wave, wheel, whistle, window, wing, wire, wood, wool,
    workbench, wrist, yard, zip
""")
)

# Things that can only be thought or talked about, singular.
ABSTRACT_NOUNS: list[str] = _unique(
    _items("""
    ability, accident, account, action, activity, advantage, adventure, age, agreement, aim, amount,
    angle, answer, approach, area, argument, arrangement, art, aspect, attempt, attitude, average, balance,
    base, beauty, beginning, behaviour, belief, benefit, bit, call, capacity, career, care, case, cause,
    chance, change, character, choice, claim, class, colour, combination, comment, community, comparison,
    competition, concept, concern, conclusion, condition, connection, consequence, contrast, control,
    conversation, copy, cost, course, craft, culture, custom, danger, date, day, deal, debate, decision,
    degree, demand, description, design, detail, development, difference, difficulty, direction, discovery,
    discussion, distance, doubt, dream, duty, effect, effort, element, emotion, end, energy, error, event,
    evidence, example, exception, exercise, expectation, experience, experiment, explanation, fact, factor,
    failure, fashion, fault, favour, feature, feeling, finding, focus, force, form, freedom,
    friendship, function, future, game, gap, goal, group, growth, guess, guide, habit, harm, health, help,
    hint, history, hobby, hope, hour, idea, image, impact, importance, impression, improvement, influence,
    insight, instruction, interest, interview, introduction, invention, issue, job, joke, journey,
    judgement, kind, knowledge, language, law, layer, lesson, level, life, limit, link, logic, look, loss,
    love, luck, manner, mark, matter, meaning, measure, memory, message, method, mind, minute, mistake,
    mixture, moment, mood, morning, motion, movement, mystery, name, nature, need, network, night, noise,
    number, object, objection, observation, occasion, offer, opinion, opportunity, option, order, origin,
    outcome, pace, part, pattern, pause, peace, period, permission, perspective, phase, phrase, plan,
    pleasure, point, position, possibility, power, practice, preference, preparation, presence, pressure,
    price, pride, principle, problem, procedure, process, product, profession, progress, project, promise,
    proof, proportion, proposal, purpose, quality, quantity, question, rate, reaction, reason, record,
    relation, remark, repair, repetition, reply, report, request, research, resource, response,
    responsibility, rest, result, reward, rhythm, risk, role, routine, rule, safety, sample, scene,
    schedule, season, second, secret, section, sense, sentence, series, service, shape, share, shift,
    side, signal, silence, size, skill, solution, sound, source, space, speech, speed, spirit, spot,
    standard, start, state, statement, step, stop, story, strategy, strength, stretch, structure, struggle,
    study, style, subject, success, suggestion, summary, summer, support, surface, surprise, symbol, system,
    talent, talk, task, taste, technique, temperature, tendency, term, test, text, theme, theory, thought,
    threat, time, tip, title, tone, topic, touch, tour, trade, tradition, training, treatment, trend, trial,
    trick, trip, trouble, truth, turn, type, understanding, unit, use, value, variety, version, view,
    visit, voice, walk, warning, waste, way, weakness, weather, week, weight, whole, winter, wish, word,
    work, world, worry, year
""")
)

# All nouns, singular.
NOUNS: list[str] = _unique(CONCRETE_NOUNS + ABSTRACT_NOUNS)

# Verbs whose past differs from base + "ed": base -> past.
IRREGULAR_PAST: dict[str, str] = dict(
    pair.split(":")
    for pair in _items("""
    be:was, bear:bore, beat:beat, become:became, begin:began, bend:bent, bet:bet, bind:bound, bite:bit,
    blow:blew, break:broke, breed:bred, bring:brought, build:built, burst:burst, buy:bought, cast:cast,
    catch:caught, choose:chose, cling:clung, come:came, cost:cost, creep:crept, cut:cut, deal:dealt,
    dig:dug, do:did, draw:drew, drink:drank, drive:drove, eat:ate, fall:fell, feed:fed, feel:felt,
    fight:fought, find:found, fit:fitted, fly:flew, forget:forgot, forgive:forgave,
    freeze:froze, get:got, give:gave, go:went, grind:ground, grow:grew, hang:hung, have:had, hear:heard,
    hide:hid, hit:hit, hold:held, keep:kept, kneel:knelt, know:knew, lay:laid, lead:led, leave:left,
    lend:lent, let:let, lie:lay, light:lit, lose:lost, make:made, mean:meant, meet:met, pay:paid,
    put:put, quit:quit, read:read, ride:rode, ring:rang, rise:rose, run:ran, say:said, see:saw,
    seek:sought, sell:sold, send:sent, set:set, sew:sewed, shake:shook, shed:shed, shine:shone,
    shoot:shot, show:showed, shrink:shrank, shut:shut, sing:sang, sink:sank, sit:sat, sleep:slept,
    slide:slid, speak:spoke, spend:spent, spin:spun, split:split, spread:spread, stand:stood,
    steal:stole, stick:stuck, strike:struck, sweep:swept, swim:swam, swing:swung, take:took, teach:taught,
    tear:tore, tell:told, think:thought, throw:threw, understand:understood, undo:undid, wake:woke,
    wear:wore, weave:wove, win:won, wind:wound, withdraw:withdrew, write:wrote
""")
)

# Verbs with a regular past.
REGULAR_VERBS: list[str] = _unique(
    _items("""
    accept, achieve, act, add, adjust, admire, admit, adopt, advise, agree, aim, allow, announce, answer,
    appear, apply, appreciate, approach, argue, arrange, arrive, ask, assume, attach, attract, avoid, bake,
    balance, base, believe, belong, blame, blend, boil, borrow, bother, bounce, brush, burn, calculate,
    call, care, carry, carve, cause, celebrate, change, charge, chase, check, cheer, claim, clean, clear,
    climb, close, collect, combine, comment, compare, complain, complete, concentrate, connect, consider,
    consist, contain, continue, control, cook, copy, correct, count, cover, create, cross, cure, damage,
    dance, decide, decorate, defend, deliver, depend, describe, deserve, design, destroy, develop, differ,
    disagree, disappear, discover, discuss, divide, double, doubt, dream, dress, dry, earn, employ, empty,
    encourage, enjoy, enter, escape, examine, exchange, exist, expand, expect, experiment, explain, explore,
    express, extend, face, fail, fasten, favour, fear, fetch, fill, fix, float, flow, focus, fold, follow, force,
    form, gather, greet, guard, guess, guide, handle, happen, hate, heat, help, hesitate, hope, hunt, hurry,
    identify, ignore, imagine, improve, include, increase, influence, inform, inspect, inspire, install,
    intend, interest, introduce, invent, invite, join, joke, judge, jump, kick, kiss, knock, label, land,
    last, laugh, learn, lift, like, list, listen, live, load, lock, look, love, lower, maintain, manage,
    mark, match, matter, measure, melt, mend, mention, mix, move, name, need, note, notice, obey, observe,
    obtain, occur, offer, open, order, organise, own, pack, paint, park, pass, perform, pick, place, play,
    please, polish, pour, practise, praise, prefer, prepare, press, prevent, print, produce, promise,
    protect, prove, provide, pull, push, question, raise, reach, receive, recognise, recommend, record,
    reduce, reflect, refuse, relax, rely, remain, remember, remind, remove, repair, repeat, replace, reply,
    report, request, require, rescue, respect, rest, return, reveal, review, roll, rub, save, search, seem,
    separate, serve, settle, shape, share, sharpen, shout, signal, smell, smile, solve, sort, sound, start,
    stay, stir, stop, store, stretch, study, succeed, suffer, suggest, supply, support, suppose, surprise,
    surround, suspect, talk, taste, tend, test, thank, tidy, tie, touch, trace, trade, train, travel,
    treat, trust, try, turn, type, use, value, vary, view, visit, wait, walk, want, warm, warn, wash, waste,
    watch, water, welcome, wipe, wish, wonder, work, worry, wrap
""")
)

# All verbs in their base form.
VERBS: list[str] = _unique(REGULAR_VERBS + list(IRREGULAR_PAST))

# Verbs with more than one vowel letter whose last consonant doubles nonetheless.
_DOUBLING = {
    "admit", "begin", "control", "forget", "label", "occur", "prefer", "quit", "signal", "travel",
}  # fmt: skip


def _doubles(verb: str) -> bool:
    """Say whether the last consonant doubles before a vowel ("stop", "stopped")."""
    if verb in _DOUBLING:
        return True
    if len(verb) < 3:
        return False
    vowels = [letter in "aeiou" for letter in verb]
    one_vowel = sum(vowels) == 1 and vowels[-2] and not vowels[-1] and not vowels[-3]
    return one_vowel and verb[-1] not in "wxy"


def third_person(verb: str) -> str:
    """Return the form after "she": `third_person("carry")` is "carries"."""
    special = {"be": "is", "have": "has", "do": "does", "go": "goes", "undo": "undoes"}
    if verb in special:
        return special[verb]
    if verb.endswith(("s", "sh", "ch", "x", "z")):
        return verb + "es"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + "s"


def past(verb: str) -> str:
    """Return the simple past: `past("write")` is "wrote"."""
    if verb in IRREGULAR_PAST:
        return IRREGULAR_PAST[verb]
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ied"
    return verb + (verb[-1] if _doubles(verb) else "") + "ed"


def gerund(verb: str) -> str:
    """Return the form in "-ing": `gerund("run")` is "running"."""
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe")) and verb != "be":
        return verb[:-1] + "ing"
    return verb + (verb[-1] if _doubles(verb) else "") + "ing"


_IRREGULAR_PLURALS = {
    "foot": "feet", "tooth": "teeth", "mouse": "mice", "fish": "fish", "leaf": "leaves",
    "loaf": "loaves", "shelf": "shelves", "knife": "knives", "life": "lives", "scarf": "scarves",
    "series": "series", "half": "halves", "potato": "potatoes", "child": "children",
    "person": "people", "man": "men", "woman": "women",
}  # fmt: skip


def plural(noun: str) -> str:
    """Return the plural of a singular noun: `plural("library")` is "libraries"."""
    if noun in _IRREGULAR_PLURALS:
        return _IRREGULAR_PLURALS[noun]
    if noun.endswith(("s", "sh", "ch", "x", "z")):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


def article(word: str) -> str:
    """Return "a" or "an", whichever goes before the word: `article("hour")` is "an"."""
    if word.lower().startswith(("hour", "honest", "honour", "heir")):
        return "an"
    if word.lower().startswith(("use", "uni", "usual", "one", "eu")):
        return "a"
    return "an" if word[:1].lower() in tuple("aeiou") else "a"


# Adjectives that fit before most nouns.
ADJECTIVES: list[str] = _unique(
    _items("""
    able, absolute, abstract, accurate, active, actual, additional, advanced, aged, amazing, ambitious,
    ancient, angry, annual, anxious, apparent, artificial, attractive, automatic, available, average, awake,
    awkward, bare, basic, beautiful, bitter, blank, blue, bold, brave, brief, bright, brilliant, broad,
    broken, brown, busy, calm, careful, careless, cautious, central, certain, charming, cheap, cheerful,
    chief, circular, civil, classic, clean, clear, clever, close, cold, colourful, comfortable, common,
    compact, complete, complex, complicated, confident, confused, conscious, considerable, constant,
    convenient, cool, correct, creative, critical, crooked, crowded, crucial, cruel, curious, current, curved,
    daily, damp, dangerous, dark, dear, decent, deep, delicate, delicious, delightful, dense,
    dependent, desperate, detailed, different, difficult, digital, direct, dirty, distant, distinct, double,
    dramatic, dry, dull, eager, early, easy, educational, effective, efficient, elaborate, elegant,
    elementary, empty, endless, enormous, entire, equal, essential, even, everyday, evident, exact,
    excellent, exciting, expensive, experienced, expert, extra, extreme, fair, faithful, familiar, famous,
    fancy, fascinating, fast, favourable, favourite, fierce, final, fine, firm, flat, flexible, foolish,
    foreign, formal, former, fortunate, fragile, free, frequent, fresh, friendly, frightened, full, funny,
    general, generous, gentle, genuine, giant, glad, global, golden, good, gradual, grand, grateful, great,
    green, grey, guilty, handy, happy, hard, harmful, harmless, healthy, heavy, helpful, hidden, high, historic,
    hollow, honest, hopeful, hot, huge, human, humble, hungry, ideal, immediate, important, impossible,
    impressive, independent, indirect, individual, informal, innocent, intense, interesting, internal,
    international, invisible, joint, junior, keen, key, kind, known, large, late, lazy, leading, legal,
    light, likely, limited, little, lively, local, logical, lonely, long, loose, lost, loud, lovely, low,
    loyal, lucky, magic, main, major, manual, mature, mechanical, mental, mere, mild, minor, missing, mixed,
    mobile, modern, modest, moist, moral, mutual, mysterious, narrow, national, natural, neat, necessary,
    nervous, neutral, new, nice, noisy, normal, notable, obvious, odd, official, old, open, opposite,
    ordinary, organic, original, outdoor, outer, outstanding, painful, pale, partial, particular, patient,
    peaceful, perfect, permanent, personal, physical, plain, playful, pleasant, polite, poor, popular,
    portable, positive, possible, powerful, practical, precious, precise, present, pretty, previous, private,
    probable, proper, proud, public, pure, quick, quiet, random, rapid, rare, raw, ready, real, realistic,
    reasonable, recent, red, regular, relevant, reliable, remarkable, remote, responsible, rich, rigid, ripe,
    rough, round, royal, rude, rural, sad, safe, scarce, secret, secure, sensible, sensitive, separate,
    serious, severe, shallow, sharp, short, shy, silent, silly, similar, simple, single, skilful, slight,
    slow, small, smart, smooth, social, soft, solid, special, specific, spare, square, stable, standard,
    steady, steep, stiff, straight, strange, strict, striking, strong, stubborn, sturdy, subtle, successful,
    sudden, suitable, superb, sure, surprising, sweet, tall, technical, temporary, tender, terrible,
    thick, thin, thorough, tidy, tight, tiny, tired, tough, traditional, tricky, true, typical,
    unexpected, unique, universal, unknown, unlikely, unusual, upper, urban, urgent, useful, useless, usual,
    vague, valid, valuable, various, vast, visible, visual, vital, vivid, warm, wasteful, weak, weekly, wet,
    whole, wide, wild, willing, wise, wonderful, wooden, worthy, wrong, yellow, young
""")
)

# Adverbs of manner, degree, frequency and place.
ADVERBS: list[str] = _unique(
    _items("""
    accurately, actually, almost, already, always, apparently, badly, barely, basically, briefly, brightly,
    calmly, carefully, casually, certainly, cheaply, clearly, closely, commonly, completely, constantly,
    correctly, curiously, daily, deeply, deliberately, directly, easily, effectively, entirely, equally,
    especially, essentially, eventually, exactly, extremely, fairly, finally, firmly, formally, fortunately,
    frankly, freely, frequently, fully, generally, gently, gladly, gradually, greatly, happily, hardly,
    heavily, honestly, immediately, increasingly, indirectly, instantly, kindly, largely, lately, lightly,
    literally, locally, loosely, loudly, mainly, mostly, naturally, nearly, neatly, nicely, normally,
    obviously, occasionally, often, openly, originally, partly, patiently, perfectly, personally,
    politely, poorly, possibly, precisely, probably, properly, quickly, quietly, rapidly, rarely, readily,
    really, recently, regularly, repeatedly, roughly, sadly, safely, seldom, separately, seriously, sharply,
    silently, simply, slightly, slowly, smoothly, softly, sometimes, soon, specially, steadily, strictly,
    strongly, suddenly, surely, surprisingly, tightly, together, truly, typically, unfortunately, usually,
    warmly, weekly, widely, wisely
""")
)

# People by what they do or are, singular, without an article.
ROLES: list[str] = _unique(
    _items("""
    teacher, student, beginner, expert, gardener, cook, baker, nurse, doctor, engineer, farmer, artist,
    writer, reader, painter, musician, singer, dancer, actor, photographer, scientist, researcher, librarian,
    journalist, lawyer, judge, shopkeeper, carpenter, plumber, tailor, builder, driver, pilot, sailor,
    traveller, tourist, guide, parent, child, grandmother, grandfather, neighbour, friend, colleague, manager,
    customer, visitor, guest, volunteer, trainer, coach, player, collector, inventor, explorer, historian,
    philosopher, translator, programmer, designer, mechanic, electrician, postman, firefighter, police
    officer, soldier, politician, mayor, king, queen, apprentice, assistant, tutor, critic, fan, amateur,
    professional, newcomer, pensioner, teenager
""")
)

# People as a sentence can name them: one person, or a group.
PEOPLE: list[str] = _unique(
    [f"{article(role)} {role}" for role in ROLES]
    + _items("""
    new gardeners, young readers, curious children, busy parents, patient teachers, older students,
    first-year students, careful shoppers, weekend cyclists, experienced cooks, local farmers, museum
    visitors, careful drivers, small teams, large families, night-shift workers, language learners,
    hobby painters, amateur astronomers, shy speakers, retired engineers, keen walkers, total beginners,
    absolute newcomers, seasoned experts, school classes, office workers, club members, the whole family,
    the general public, most people, some of my friends, everybody in the village, the people next door
""")
)

# Where something happens.
PLACES: list[str] = _unique(
    _items("""
    at home, at school, at work, at the office, at the market, at the station, at the museum, at the library,
    at the beach, at the airport, at the theatre, at a small desk, at a club meeting, at a summer camp, at the
    back of the house, at the edge of town, at the kitchen table, at the university, at a conference, at a
    village fair, by the river, by the sea, by the window, by the lake, by the fire, in a big city, in a
    small workshop, in a quiet room, in a busy kitchen, in a classroom, in a laboratory, in a garden, in a
    hospital, in a small village, in a factory, in a shop, in a café, in a tent, in an old barn, in an
    open field, in a crowded hall, in a cold climate, in a warm country, in a distant country, in a studio,
    in a stadium, in the park, in the forest, in the mountains, in the desert, in the countryside, in the
    city centre, in the cellar, in the attic, in the living room, in the neighbourhood, in the old town,
    in the north, in the south, in nature, in public, in private, in daily life, in the wild, in space,
    near the coast, near the border, next to the school, on a farm, on a ship, on an island, on a long
    journey, on a train, on a bus, on a mountain path, on a quiet street, on the roof, on the stage, on the
    internet, on the radio, on the road, on paper, on the other side of the world, outside the town, under
    a tree, under the bridge, under water, all over the world, around the corner, across the street,
    behind the house, between two hills, far from home, along the coast, inside a box, out in the open
""")
)

# How one sentence leads to the next, to stand at its beginning before a comma.
CONNECTIVES: list[str] = _unique(
    _items("""
    above all, after all, after that, all in all, also, as a result, as a rule, at first, at last, at the same
    time, because of this, besides, by contrast, consequently, even so, finally, first, for example,
    for instance, for that reason, for this reason, fortunately, furthermore, however, in addition,
    in any case, in comparison, in conclusion, in fact, in general, in many cases, in other words,
    in particular, in practice, in short, in the beginning, in the end, in the same way, in theory, indeed,
    instead, last of all, later, likewise, meanwhile, moreover, most of all, nevertheless, next, of course,
    on the one hand, on the other hand, on the whole, otherwise, similarly, so far, still, strictly
    speaking, that is why, then, therefore, to begin with, to sum up, unfortunately, what is more, with this
    in mind
""")
)

# When something happens.
TIMES: list[str] = _unique(
    _items("""
    today, tomorrow, yesterday, tonight, nowadays, long ago, a week ago, a year ago, a long time ago, ten years
    ago, last week, last summer, last year, next week, next year, every day, every morning, every evening,
    every week, every year, every now and then, once a week, once a month, twice a day, twice a year, three
    times a week, at night, at noon, at dawn, at sunset, at the weekend, at the start, at the end of the
    day, before breakfast, before lunch, after dinner, after school, after work, after a while, after a few
    days, after many years, in the morning, in the afternoon, in the evening, in spring, in summer, in
    autumn, in winter, in the past, in the future, in recent years, in a few minutes, in the long run, in
    the last century, in old age, during the day, during the holidays, during a long break, for an hour, for
    a few weeks, for many years, for centuries, from time to time, from morning to night, on Monday, on
    Sunday, on rainy days, on a hot day, on special days, over the years, all day long, all year round,
    sooner or later, by the end of the week, until late at night, within a day, right away, some day
""")
)
