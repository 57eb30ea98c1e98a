using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LlmOps.Evaluation;

namespace LlmOps.Benchmarks;

/// <summary>A labelled text, cut into its windows once; only the n-gram weights differ from one training to the next.</summary>
/// <param name="Group">Rows of one group are never on both sides of a split.</param>
/// <param name="Measured">A row of the labelled set, not one added for training.</param>
internal sealed record InjectionRow(
    bool Attack, double Weight, string Source, string Slice, string Group, bool Measured, bool Spliced, int Disguised, IReadOnlyList<IReadOnlyList<GramSentence>> Windows);

internal sealed record GramSentence(InjectionSentence Sentence, int[] Grams);

/// <summary>What the injection detector is trained and measured on: the labelled set, and rows made from public sets that know nothing of attacks.</summary>
internal sealed class InjectionRows
{
    private const int Tasks = 300, Intents = 600, Pairs = 150, Asked = 200, Messages = 200, LongestDocument = 4000;

    private readonly Random random = new(20261120);
    private readonly string data;
    private readonly JsonObject[] labelled;
    private readonly string[] passages, manuals, intents, questions;

    internal InjectionRows(string data)
    {
        this.data = data;
        labelled = Jsonl("adversarial/detector_eval.jsonl");
        passages = Unseen("retrieval/beerqa/corpus.jsonl");
        manuals = Unseen("retrieval/product_docs/corpus.jsonl");
        intents = Mixed([.. Csv("classification/banking77/train.csv"), .. Csv("classification/clinc150/data.csv"), .. Jsonl("classification/nlupp/banking.jsonl").Select(Text)]);
        questions = Mixed([.. Jsonl("retrieval/beerqa/queries.jsonl").Select(Text), .. Jsonl("retrieval/product_docs/queries.jsonl").Select(Text)]);
    }

    /// <summary>Sentences that ask and sentences that tell, lower-case and without the mark at the end.</summary>
    internal (IEnumerable<string> Asking, IEnumerable<string> Telling) Sentences()
    {
        var telling = passages.Concat(manuals).SelectMany(passage =>
        {
            var plain = InjectionText.Of(passage).Plain;
            return InjectionSentence.Cuts(plain).Select(cut => plain[cut.Start..cut.End]).Where(sentence => sentence.Length > 15).ToList();
        });
        return (intents.Take(6000).Concat(questions).Select(Bare), telling.Select(Bare));

        static string Bare(string text) => InjectionSentence.Bare(InjectionText.Of(text).Plain.ToLowerInvariant());
    }

    internal List<InjectionRow> All(InjectionModel request)
    {
        var rows = Labelled(request).ToList();
        var (attacks, tasks, harmless) = (InjectionExamples.Attacks, InjectionExamples.Tasks, InjectionExamples.Harmless);
        for (var i = 0; i < attacks.Count; i++)
        {
            Add(attacks[i], true, 1, "own", $"attack-{i}");
            Add($"{Sentence(Any(intents))} {attacks[i]}", true, 0.5, "own", $"attack-{i}");
            Add(Splice(Any(passages), attacks[i]).Spliced, true, 0.5, "own", $"attack-{i}", spliced: true);
            if (i % 3 == 0)
                Add(Disguise(attacks[i]), true, 0.5, "own", $"attack-{i}");
        }
        for (var i = 0; i < harmless.Count; i++)
            Add(harmless[i], false, 1, "own", $"harmless-{i}");
        for (var i = 0; i < tasks.Count; i++)
        {
            if ((InjectionRules.Match(InjectionText.Of(tasks[i]).Plain.ToLowerInvariant()) & (1u << InjectionRules.AnswerAt)) == 0)
                Add(tasks[i], false, 1, "own", $"task-{i}"); // what speaks of "your answer" may be either
        }
        for (var i = 0; i < Tasks; i++)
        {
            var (clean, spliced) = Splice(Any(passages), tasks[i % tasks.Count]);
            Add(spliced, true, 0.5, "own", $"task-{i % tasks.Count}", spliced: true);
            Add(clean, false, 0.5, "beerqa", $"clean-{i}");
            Add(Splice(Any(passages), Sentence(Any(intents))).Spliced, true, 0.15, "intents", $"spliced-{i}", spliced: true);
        }
        for (var i = 0; i < Intents; i++)
            Add(i % 2 == 0 ? Any(intents) : Sentence(Any(intents)), false, 0.25, "intents", $"intent-{i}");
        for (var i = 0; i < Pairs; i++)
            Add($"{Sentence(Any(intents))} {Sentence(Any(intents))}", false, 0.25, "intents", $"pair-{i}");
        for (var i = 0; i < Asked; i++)
            Add(questions[i], false, 0.25, "questions", $"question-{i}");
        foreach (var (text, i) in Csv("classification/insurance_tickets/train.csv").Select((text, i) => (text, i)))
            Add(text, false, 0.5, "tickets", $"ticket-{i}");
        foreach (var (text, i) in Mixed([.. Csv("classification/sms_spam/data.csv", "ham")]).Take(Messages).Select((text, i) => (text, i)))
            Add(text, false, 0.25, "messages", $"message-{i}");
        for (var i = 0; i < manuals.Length; i++)
            Add(manuals[i][..Math.Min(LongestDocument, manuals[i].Length)], false, 0.5, "product_docs", $"manual-{i}");
        return rows;

        void Add(string text, bool attack, double weight, string source, string group, bool spliced = false) =>
            rows.Add(Row(text, attack, weight, source, source, group, measured: false, spliced, request));
    }

    private IEnumerable<InjectionRow> Labelled(InjectionModel request)
    {
        var groups = Groups();
        return labelled.Select(row => Row(
            Text(row), row["injection"]!.GetValue<int>() == 1, 1, row["source"]!.ToString(), row["slice"]!.ToString(), groups[row["id"]!.ToString()], measured: true, spliced: false, request));
    }

    private static InjectionRow Row(string text, bool attack, double weight, string source, string slice, string group, bool measured, bool spliced, InjectionModel request)
    {
        var plain = InjectionText.Of(text);
        var windows = InjectionWindow.Over(InjectionSentence.Of(plain.Plain, request)).Select(window => (IReadOnlyList<GramSentence>)
            [.. window.Select(sentence => new GramSentence(sentence, HashedWeights.Grams(plain.Plain[sentence.Start..sentence.End].ToLowerInvariant())))]);
        return new InjectionRow(attack, weight, source, slice, group, measured, spliced, plain.Disguised, [.. windows]);
    }

    /// <summary>Rows that share 36 characters (a question with and without the attack behind it), and all rows made with one attack sentence, are one group.</summary>
    private Dictionary<string, string> Groups()
    {
        var parent = labelled.ToDictionary(row => row["id"]!.ToString(), row => row["id"]!.ToString());
        var first = new Dictionary<string, string>();
        foreach (var row in labelled)
        {
            var id = row["id"]!.ToString();
            var text = Regex.Replace(Text(row).ToLowerInvariant(), @"\W+", " ");
            IEnumerable<string> keys = row["source"]!.ToString() == "bipia_embedded" ? [string.Join('-', id.Split('-').Take(2))]
                : Enumerable.Range(0, Math.Max(1, text.Length - 35)).Select(at => text.Substring(at, Math.Min(36, text.Length - at)));
            foreach (var key in keys)
            {
                if (!first.TryAdd(key, id))
                    parent[Root(id)] = Root(first[key]);
            }
        }
        return labelled.ToDictionary(row => row["id"]!.ToString(), row => Root(row["id"]!.ToString()));

        string Root(string id) => parent[id] == id ? id : Root(parent[id]);
    }

    /// <summary>A stretch of two to twelve sentences, and the same with the instruction at its start, end or between.</summary>
    private (string Clean, string Spliced) Splice(string passage, string instruction)
    {
        var sentences = Regex.Split(passage.Trim(), @"(?<=[.!?])\s+");
        var from = random.Next(Math.Max(1, sentences.Length - 8));
        var stretch = sentences.Skip(from).Take(random.Next(2, 13)).ToList();
        var at = random.Next(3) switch { 0 => 0, 1 => stretch.Count, _ => random.Next(stretch.Count + 1) };
        return (string.Join(' ', stretch), string.Join(' ', [.. stretch.Take(at), instruction, .. stretch.Skip(at)]));
    }

    private string Disguise(string text) => random.Next(4) switch
    {
        0 => string.Concat(text.Select(c => char.IsAsciiLetter(c) ? $"{c}\u200B" : $"{c}")),
        1 => text.Replace('a', 'а').Replace('e', 'е').Replace('o', 'о'), // Cyrillic
        2 => text.Replace('i', '1').Replace('e', '3').Replace('o', '0'),
        _ => string.Concat(text.Select(c => c is > ' ' and <= '~' ? (char)(c + 0xFEE0) : c)),
    };

    /// <summary>Passages of which no part is in the labelled set.</summary>
    private string[] Unseen(string file)
    {
        var seen = string.Join('\n', labelled.Where(row => row["source"]!.ToString() is "bipia_embedded" or "product_docs").Select(Text));
        return Mixed([.. Jsonl(file).Select(Text).Where(text => !new[] { 100, text.Length / 2 }.Any(at => at + 60 < text.Length && seen.Contains(text.Substring(at, 60), StringComparison.Ordinal)))]);
    }

    private string[] Mixed(string[] texts)
    {
        random.Shuffle(texts);
        return texts;
    }

    private string Any(string[] texts) => texts[random.Next(texts.Length)];

    private static string Sentence(string text)
    {
        var whole = char.ToUpperInvariant(text[0]) + text[1..];
        return ".?!".Contains(whole[^1]) ? whole : whole + (Regex.IsMatch(whole, @"^(what|how|why|when|where|who|which|can|could|would|will|is|are|do|does)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture) ? "?" : ".");
    }

    private JsonObject[] Jsonl(string file) => [.. File.ReadLines(Path.Combine(data, file)).Select(line => JsonNode.Parse(line)!.AsObject())];

    private static string Text(JsonObject row) => row["text"]!.GetValue<string>();

    /// <summary>The first column, which may be quoted and hold line breaks; with a label, only the rows whose second column is it.</summary>
    private List<string> Csv(string file, string? label = null) =>
        [.. Regex.Matches(File.ReadAllText(Path.Combine(data, file)), @"(^|\n)(""(?<quoted>([^""]|"""")*)""|(?<plain>[^,\n]*)),(?<label>[^,\r\n]*)", RegexOptions.ExplicitCapture).Skip(1)
            .Where(row => label is null || row.Groups["label"].Value == label)
            .Select(row => row.Groups["quoted"].Success ? row.Groups["quoted"].Value.Replace("\"\"", "\"", StringComparison.Ordinal) : row.Groups["plain"].Value).Where(text => text.Length > 0)];
}
