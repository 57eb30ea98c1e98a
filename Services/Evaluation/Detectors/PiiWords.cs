using System.Reflection;

namespace LlmOps.Evaluation;

/// <summary>What a word is known as; one word may be many things.</summary>
[Flags]
internal enum PiiWord
{
    None = 0, Common = 1 << 0, Foreign = 1 << 1, First = 1 << 2, Last = 1 << 3, Place = 1 << 4, Nation = 1 << 5, Organization = 1 << 6, Street = 1 << 7, StreetLead = 1 << 8,
    Secondary = 1 << 9, OrganizationSuffix = 1 << 10, OrganizationWord = 1 << 11, Job = 1 << 12, Month = 1 << 13, Weekday = 1 << 14, Title = 1 << 15, Particle = 1 << 16,
    Greeting = 1 << 17, Kin = 1 << 18, PersonVerb = 1 << 19, PlaceCue = 1 << 20, OrganizationCue = 1 << 21, PhoneCue = 1 << 22, CardCue = 1 << 23, IdCue = 1 << 24, Unit = 1 << 25,
    /// <summary>The first word of a place or organisation of several words.</summary>
    PhraseStart = 1 << 26,
    Plain = Common | Foreign,
}

/// <summary>The word lists of pii-words.txt; letter case does not count.</summary>
internal static class PiiWords
{
    private const int LongestWord = 40;

    private static readonly Dictionary<string, PiiWord> Kinds = Read();
    private static readonly Dictionary<string, PiiWord>.AlternateLookup<ReadOnlySpan<char>> Lookup = Kinds.GetAlternateLookup<ReadOnlySpan<char>>();

    internal static PiiWord Of(ReadOnlySpan<char> word) => word.Length <= LongestWord && Lookup.TryGetValue(word, out var kind) ? kind : PiiWord.None;

    private static Dictionary<string, PiiWord> Read()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("pii-words.txt")!;
        using var reader = new StreamReader(stream);
        var kinds = new Dictionary<string, PiiWord>(StringComparer.OrdinalIgnoreCase);
        var (section, separators) = (PiiWord.None, " ");
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('['))
                (section, separators) = (Section(line[1..^1]), line is "[places]" or "[organisations]" ? "," : " ");
            else
                foreach (var entry in line.Split(separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                    Add(entry, section);
        }
        return kinds;

        void Add(string entry, PiiWord kind)
        {
            kinds[entry] = kinds.GetValueOrDefault(entry) | kind;
            var word = entry.AsSpan(0, entry.AsSpan().IndexOfAny(" -.&") is var end and > 0 ? end : entry.Length);
            if (word.Length < entry.Length)
                kinds[word.ToString()] = kinds.GetValueOrDefault(word.ToString()) | PiiWord.PhraseStart;
        }
    }

    private static PiiWord Section(string name) => name switch
    {
        "common" => PiiWord.Common,
        "foreign" => PiiWord.Foreign,
        "first" => PiiWord.First,
        "last" => PiiWord.Last,
        "places" => PiiWord.Place,
        "nations" => PiiWord.Nation,
        "organisations" => PiiWord.Organization,
        "streets" => PiiWord.Street,
        "street-leads" => PiiWord.StreetLead,
        "secondary" => PiiWord.Secondary,
        "organisation-suffixes" => PiiWord.OrganizationSuffix,
        "organisation-words" => PiiWord.OrganizationWord,
        "jobs" => PiiWord.Job,
        "months" => PiiWord.Month,
        "weekdays" => PiiWord.Weekday,
        "titles" => PiiWord.Title,
        "particles" => PiiWord.Particle,
        "greetings" => PiiWord.Greeting,
        "kin" => PiiWord.Kin,
        "person-verbs" => PiiWord.PersonVerb,
        "place-cues" => PiiWord.PlaceCue,
        "organisation-cues" => PiiWord.OrganizationCue,
        "phone-cues" => PiiWord.PhoneCue,
        "card-cues" => PiiWord.CardCue,
        "id-cues" => PiiWord.IdCue,
        "units" => PiiWord.Unit,
        _ => throw new InvalidDataException($"pii-words.txt has no such section: {name}"),
    };
}
