namespace LlmOps.Tests.Evaluation.Checks;

/// <summary>A made-up hotel's requests: 1,000 pairs that say the same in five ways, and as many that share a template and say something else.</summary>
internal static class PlantedPairs
{
    internal sealed record Pair(string First, string Second, string Kind, bool Same);

    private static readonly string[] Templates =
    [
        "What does {0} cost for {1} in the {2}?", "Can I book {0} for {1} at the {2}?", "Is {0} available for {1} near the {2}?", "Until when can {1} cancel {0} in the {2}?",
        "Why was {0} charged twice to {1} at the {2}?", "Where do {1} find {0} close to the {2}?", "Who brings {0} to {1} in the {2}?", "When does {0} start for {1} at the {2}?",
    ];

    private static readonly string[] Openings = ["Could you please tell me: ", "Hello, quick question. ", "I was wondering, ", "We would like to know: ", "Hi there! ", "Sorry, but "];
    private static readonly string[] Endings = ["", " Thanks!", " Thank you very much.", " Please let me know."];

    internal static IReadOnlyList<Pair> Make(int seed)
    {
        var random = new Random(seed);
        var (things, people, places) = (Names(random, 300), Names(random, 120), Names(random, 150));
        string Filled(string template, string thing, string person, string place) => string.Format(System.Globalization.CultureInfo.InvariantCulture, template, thing, person, place);
        string Any(string[] list) => list[random.Next(list.Length)];
        var pairs = new List<Pair>();
        for (var i = 0; i < 1000; i++)
        {
            var (template, thing, person, place) = (Any(Templates), $"{Any(things)} {Any(things)}", Any(people), Any(places));
            var first = Filled(template, thing, person, place);
            pairs.Add((i % 5) switch
            {
                0 => new(first, first, "exact", true),
                1 => new(first, first.ToUpperInvariant().Replace("?", " ?!", StringComparison.Ordinal), "case", true),
                2 => new(first, Any(Openings) + first + Any(Endings), "paraphrase", true),
                3 => new(first, $"Q: {first}\nA: {Any(things)} of the {Any(places)} {Any(people)} {Any(things)}.", "few-shot", true),
                _ => new(first, Swapped(first, random), "swap", true),
            });
            var (other, otherPerson, otherPlace) = ($"{Any(things)} {Any(things)}", Any(people), Any(places));
            pairs.Add(new(Filled(template, other, person, place), Filled(template, $"{Any(things)} {Any(things)}", otherPerson, otherPlace), "hard", false));
        }
        return pairs;
    }

    private static string Swapped(string text, Random random)
    {
        var words = text.Split(' ');
        for (var i = 0; i < 2; i++)
        {
            var at = random.Next(words.Length - 1);
            (words[at], words[at + 1]) = (words[at + 1], words[at]);
        }
        return string.Join(' ', words);
    }

    private static string[] Names(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => string.Concat(Enumerable.Range(0, random.Next(2, 4)).Select(_ => $"{"bcdfghklmnprstvw"[random.Next(16)]}{"aeiou"[random.Next(5)]}{"nrlst"[random.Next(5)]}")))];
}
