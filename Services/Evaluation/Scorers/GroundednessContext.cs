namespace LlmOps.Evaluation;

/// <summary>A context read once: its sentences, and how rare each content word is among them.</summary>
internal sealed class GroundednessContext
{
    private readonly Dictionary<string, int> sentencesWith = [];
    private readonly HashSet<string> words = [];

    internal GroundednessContext(IReadOnlyList<string> passages)
    {
        Passages = [.. passages.Select(passage => new GroundednessPassage(passage))];
        Sentences = [.. Passages.SelectMany(passage => passage.Sentences)];
        foreach (var sentence in Sentences)
        {
            words.UnionWith(sentence.Keys);
            words.UnionWith(sentence.Held);
            foreach (var key in sentence.Content.Distinct())
                sentencesWith[key] = sentencesWith.GetValueOrDefault(key) + 1;
        }
        Denies = Sentences.Any(sentence => sentence.Denied.Count > 0);
    }

    internal IReadOnlyList<GroundednessPassage> Passages { get; }

    internal IReadOnlyList<GroundednessText> Sentences { get; }

    internal bool Denies { get; }

    /// <summary>Whether the word stands anywhere in the context, meaningful or not.</summary>
    internal bool Says(string key) => words.Contains(key);

    /// <summary>Share of content words that the context holds, 0 to 1, rare ones weighing more; 1 for no words.</summary>
    internal double Covered(IEnumerable<string> content) => Share(content, words.Contains);

    /// <summary>Share of content words that one sentence holds, weighted the same.</summary>
    internal double Covered(IEnumerable<string> content, GroundednessText by) => Share(content, by.Held.Contains);

    internal double Covered(IEnumerable<string> content, GroundednessPassage by) => Share(content, by.Held.Contains);

    /// <summary>Share of content words that the nearest single sentence holds.</summary>
    internal double CoveredByOne(IReadOnlyCollection<string> content) => content.Count == 0 ? 1 : Sentences.Select(sentence => Covered(content, sentence)).DefaultIfEmpty(0).Max();

    private double Share(IEnumerable<string> content, Func<string, bool> holds)
    {
        var (held, total) = (0.0, 0.0);
        foreach (var key in content)
        {
            var idf = Math.Log(1 + (Sentences.Count + 1.0) / (1 + sentencesWith.GetValueOrDefault(key))); // a word that is nowhere in it weighs most
            total += idf;
            held += holds(key) ? idf : 0;
        }
        return total == 0 ? 1 : held / total;
    }
}

/// <summary>One text of the context. A heading or a date above belongs to the sentences below it.</summary>
internal sealed class GroundednessPassage
{
    internal GroundednessPassage(string text)
    {
        GroundednessText? before = null;
        foreach (var sentence in Words.Sentences(Words.Tidy(text)))
            Sentences.Add(before = new GroundednessText(sentence, before));
        Held = Sentences.SelectMany(sentence => sentence.Held).ToHashSet();
    }

    internal List<GroundednessText> Sentences { get; } = [];

    internal IReadOnlySet<string> Held { get; }
}
