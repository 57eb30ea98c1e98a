namespace LlmOps.Evaluation;

/// <summary>What an import makes of another tool's file: an application in our layout, and where every line of the original went.</summary>
/// <param name="Files">Text by relative path.</param>
/// <param name="Native">Parts that mean the same here.</param>
/// <param name="Adapted">Parts that mean nearly the same; a comment in the file says what differs.</param>
/// <param name="Refused">Parts that were left out. Together with the two counts they are the whole file.</param>
public sealed record ImportedApp(IReadOnlyDictionary<string, string> Files, int Native, int Adapted, IReadOnlyList<RefusedLine> Refused);

/// <param name="Line">1-based.</param>
/// <param name="What">The part, as it stands there.</param>
/// <param name="Why">The reason, and what a person can do instead.</param>
public sealed record RefusedLine(int Line, string What, string Why);

/// <summary>Where every part of an imported file went, while it is read.</summary>
internal sealed class ImportLedger
{
    private const int Shown = 80;

    private readonly HashSet<(int Line, string What)> counted = [];

    internal int Native { get; private set; }

    internal int Adapted { get; private set; }

    internal List<RefusedLine> Refused { get; } = [];

    /// <summary>Counts an assert once, however many tests it holds.</summary>
    internal void Count(int line, string what, bool adapted)
    {
        if (!counted.Add((line, what)))
            return;
        if (adapted)
            Adapted++;
        else
            Native++;
    }

    internal void Keep() => Native++;

    internal void Adapt() => Adapted++;

    internal void Refuse(int line, string what, string why)
    {
        var refused = new RefusedLine(line, what.Length > Shown ? what[..Shown] + "…" : what, why);
        if (!Refused.Contains(refused))
            Refused.Add(refused);
    }

    /// <summary>A setting that decides nothing here.</summary>
    internal void Refuse(YamlEntry entry, string why) => Refuse(entry.Line, entry.Value is YamlNode.Scalar scalar ? $"{entry.Key}: {scalar.Text}" : entry.Key, why);
}
