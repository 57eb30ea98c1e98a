namespace LlmOps.Evaluation;

/// <summary>The slice of cases that a gate looks at.</summary>
/// <param name="Name">A segment's name or <c>field=value</c>; null for all cases together.</param>
internal sealed record Target(string? Name, Func<CaseResult, bool> Holds)
{
    internal static Target All { get; } = new(null, _ => true);

    /// <summary>One target per slice that a gate asks for. A gate on slices that are not there must not vanish, so it gets one without cases.</summary>
    internal static IReadOnlyList<Target> Of(PolicyGate gate, CaseSet cases)
    {
        if (gate.By is null && gate.Segment != PolicyGate.EachSegment)
            return [gate.Segment is { } name ? new(name, result => result.Segment == name) : All];
        IReadOnlyList<Target> slices = gate.By is { } field
            ? [.. cases.Words(result => result.Slices?.GetValueOrDefault(field)).Select(word => new Target($"{field}={word}", result => result.Slices?.GetValueOrDefault(field) == word))]
            : [.. cases.Words(result => result.Segment).Select(word => new Target(word, result => result.Segment == word))];
        return slices.Count > 0 ? slices : [new Target(gate.By ?? PolicyGate.EachSegment, _ => false)];
    }
}
