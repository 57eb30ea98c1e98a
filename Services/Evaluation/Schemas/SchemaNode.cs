using System.Text.Json;

namespace LlmOps.Evaluation;

/// <summary>One schema: its keywords in the order they are checked.</summary>
internal sealed class SchemaNode(SchemaResource resource)
{
    private SchemaKeyword[] keywords = [];
    private bool? always;
    private bool readsSeen;

    internal SchemaResource Resource => resource;

    internal void Become(bool verdict) => always = verdict;

    internal void Become(IEnumerable<SchemaKeyword> checks)
    {
        keywords = [.. checks.OrderBy(keyword => keyword is IReadsSeen)];
        readsSeen = keywords.Length > 0 && keywords[^1] is IReadsSeen;
    }

    /// <param name="seen">What the schemas around this one want to know was evaluated of the same value; null where none asks.</param>
    internal bool Check(JsonElement value, SchemaRun run, Evaluated? seen)
    {
        if (always is { } verdict)
            return verdict || run.Fail("false", "is not allowed here.");
        if (!run.Enter(this))
            return false;
        var mine = readsSeen ? new Evaluated() : seen;
        var fits = true;
        foreach (var keyword in keywords)
        {
            if (!fits && (!run.Collecting || keyword is IReadsSeen))
                break; // what is unevaluated is not known where another keyword failed
            fits &= keyword.Check(value, run, mine);
        }
        run.Leave();
        if (readsSeen && fits)
            seen?.Add(mine!);
        return fits;
    }
}

/// <summary>One keyword, or several that only mean something together.</summary>
internal abstract class SchemaKeyword
{
    /// <summary>Whether the value meets it. A value of a kind that the keyword does not speak of does.</summary>
    internal abstract bool Check(JsonElement value, SchemaRun run, Evaluated? seen);
}

/// <summary>A keyword that must be checked last, since it asks what the others looked at.</summary>
internal interface IReadsSeen;

/// <summary>A schema with its own identifier, and the anchors inside it.</summary>
internal sealed record SchemaResource(Uri Id, System.Text.Json.Nodes.JsonNode? Root)
{
    internal Dictionary<string, System.Text.Json.Nodes.JsonNode> Anchors { get; } = [];

    internal Dictionary<string, SchemaNode> DynamicAnchors { get; } = [];
}

internal sealed class SchemaRefused(string pointer, string message) : Exception(message)
{
    internal string Pointer => pointer;
}
