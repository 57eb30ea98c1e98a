using System.Globalization;
using System.Text.Json;

namespace LlmOps;

/// <summary>One YAML map while it is read. A key that was never asked for is unknown, which <see cref="Close"/> reports with its nearest known one.</summary>
internal sealed class YamlMap(YamlNode.Map node, string path, string file, List<Finding> problems)
{
    private readonly List<string> asked = [];

    internal int Line => node.Line;

    internal IEnumerable<YamlEntry> Entries => node.Entries;

    internal YamlNode? Find(string key)
    {
        asked.Add(key);
        return node.Entries.FirstOrDefault(entry => entry.Key == key)?.Value;
    }

    internal int LineOf(string key) => node.Entries.FirstOrDefault(entry => entry.Key == key)?.Line ?? Line;

    internal string? Text(string key, bool required = false)
    {
        var found = Find(key);
        if (found is YamlNode.Scalar { Text.Length: > 0 } scalar && !(scalar.Plain && scalar.Text is "~" or "null"))
            return scalar.Text;
        if (found is YamlNode.List or YamlNode.Map)
            Problem(found.Line, "wrong-type", $"{Name(key)} must be text, not {found.Kind}.");
        else if (required)
            Problem(found?.Line ?? Line, "missing-key", $"{Name(key)} is missing. Add it.");
        return null;
    }

    internal double? Number(string key, double min, double max)
    {
        if (Find(key) is not { } found)
            return null;
        if (found is not YamlNode.Scalar scalar || !double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
            return Wrong<double>(found, $"{Name(key)} must be a number, not {found.Kind}.");
        return number >= min && number <= max ? number : Wrong<double>(found, string.Create(CultureInfo.InvariantCulture, $"{Name(key)} is {number}; it must lie between {min} and {max}."), "out-of-range");
    }

    internal int? Whole(string key, int min, int max)
    {
        var number = Number(key, min, max);
        return number is { } value && value != Math.Truncate(value)
            ? Wrong<int>(Find(key)!, $"{Name(key)} must be a whole number.")
            : (int?)number;
    }

    internal bool? Flag(string key) => Find(key) switch
    {
        null => null,
        YamlNode.Scalar { Plain: true, Text: "true" } => true,
        YamlNode.Scalar { Plain: true, Text: "false" } => false,
        var found => Wrong<bool>(found, $"{Name(key)} must be true or false, not {found.Kind}."),
    };

    /// <summary>A word of a closed list; the list's words are the enum's members in kebab-case.</summary>
    internal T? Word<T>(string key) where T : struct, Enum
    {
        if (Text(key) is not { } text)
            return null;
        foreach (var value in Enum.GetValues<T>())
        {
            if (Kebab(value) == text)
                return value;
        }
        var words = Enum.GetValues<T>().Select(Kebab).ToList();
        return Wrong<T>(Find(key)!, $"{Name(key)} is \"{text}\"; it must be {string.Join(" or ", words)}.{Nearest(text, words)}");
    }

    /// <summary>A length of time such as 5s, 30m, 24h, 7d or 1h30m.</summary>
    internal TimeSpan? Duration(string key)
    {
        if (Text(key) is not { } text)
            return null;
        return DurationOf(text) is { } duration
            ? duration
            : Wrong<TimeSpan>(Find(key)!, $"{Name(key)} is \"{text}\"; it must be a length of time such as 5s, 30m, 24h or 7d.");
    }

    internal YamlMap? Map(string key, bool required = false)
    {
        var found = Find(key);
        if (found is YamlNode.Map map)
            return new YamlMap(map, Name(key), file, problems);
        if (found is not null)
            Problem(found.Line, "wrong-type", $"{Name(key)} must be a map, not {found.Kind}.");
        else if (required)
            Problem(Line, "missing-key", $"{Name(key)} is missing. Add it.");
        return null;
    }

    internal IReadOnlyList<YamlMap> Maps(string key) =>
        [.. Items(key).Select((item, i) =>
        {
            if (item is YamlNode.Map map)
                return new YamlMap(map, $"{Name(key)}[{i}]", file, problems);
            Problem(item.Line, "wrong-type", $"{Name(key)}[{i}] must be a map, not {item.Kind}.");
            return null;
        }).OfType<YamlMap>()];

    /// <summary>A list of words; a single word is a list of one.</summary>
    internal IReadOnlyList<string> Texts(string key)
    {
        if (Find(key) is YamlNode.Scalar { Text.Length: > 0 } one)
            return [one.Text];
        var texts = new List<string>();
        foreach (var item in Items(key))
        {
            if (item is YamlNode.Scalar scalar)
                texts.Add(scalar.Text);
            else
                Problem(item.Line, "wrong-type", $"{Name(key)} must hold texts, not {item.Kind}.");
        }
        return texts;
    }

    internal IReadOnlyList<YamlNode> Items(string key)
    {
        switch (Find(key))
        {
            case null or YamlNode.Scalar { Text: "" }:
                return [];
            case YamlNode.List list:
                return list.Items;
            case var found:
                Problem(found.Line, "wrong-type", $"{Name(key)} must be a list, not {found.Kind}.");
                return [];
        }
    }

    /// <summary>Says that all keys this map may have were asked for.</summary>
    internal void Close()
    {
        foreach (var entry in node.Entries)
        {
            if (!asked.Contains(entry.Key))
                Problem(entry.Line, "unknown-key", $"Unknown key \"{Name(entry.Key)}\".{Nearest(entry.Key, asked)} Known here: {string.Join(", ", asked.Distinct())}.");
        }
    }

    internal void Problem(int? line, string rule, string message) => problems.Add(new Finding(file, line, rule, FindingLevel.Error, message));

    /// <summary>" Did you mean …?", or nothing where no known word is near.</summary>
    internal static string Nearest(string word, IEnumerable<string> known)
    {
        var nearest = known.Distinct().Select(candidate => (candidate, distance: Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant())))
            .OrderBy(pair => pair.distance).FirstOrDefault();
        return nearest.candidate is not null && nearest.distance <= Math.Max(2, word.Length / 3) ? $" Did you mean \"{nearest.candidate}\"?" : "";
    }

    internal static string Kebab<T>(T value) where T : struct, Enum =>
        JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private string Name(string key) => path.Length == 0 ? key : $"{path}.{key}";

    private T? Wrong<T>(YamlNode at, string message, string rule = "wrong-type") where T : struct
    {
        Problem(at.Line, rule, message);
        return null;
    }

    private static TimeSpan? DurationOf(string text)
    {
        var total = TimeSpan.Zero;
        for (var i = 0; i < text.Length;)
        {
            var start = i;
            while (i < text.Length && char.IsAsciiDigit(text[i]))
                i++;
            if (i == start || i - start > 6 || i == text.Length)
                return null;
            var count = int.Parse(text.AsSpan(start, i - start), CultureInfo.InvariantCulture);
            var milliseconds = text.AsSpan(i).StartsWith("ms");
            TimeSpan? part = text[i] switch
            {
                'm' when milliseconds => TimeSpan.FromMilliseconds(count),
                's' => TimeSpan.FromSeconds(count),
                'm' => TimeSpan.FromMinutes(count),
                'h' => TimeSpan.FromHours(count),
                'd' => TimeSpan.FromDays(count),
                _ => null,
            };
            if (part is null)
                return null;
            total += part.Value;
            i += milliseconds ? 2 : 1;
        }
        return text.Length == 0 ? null : total;
    }

    /// <summary>Levenshtein's edit distance, two rows.</summary>
    private static int Distance(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        foreach (var (i, letter) in a.Index())
        {
            var current = new int[b.Length + 1];
            current[0] = i + 1;
            for (var j = 1; j <= b.Length; j++)
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + (letter == b[j - 1] ? 0 : 1));
            previous = current;
        }
        return previous[^1];
    }
}
