using System.Diagnostics;
using System.Reflection;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace LlmOps.Xunit;

/// <summary>Gives a theory one <see cref="EvalCaseResult"/> for each case of a suite, named by its id and segment, with the traits <c>segment</c> and <c>tag</c>.
/// Tests are discovered from the dataset alone; the suite runs when the first of them does.</summary>
/// <param name="suite">Path of the suite's file, found as <see cref="EvalSettings"/> says.</param>
[StackTraceHidden, AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class EvalSuiteAttribute(string suite) : DataAttribute
{
    private EvalSettings settings = new();

    public string Suite => suite;

    public string? Baseline { get => settings.Baseline; set => settings = settings with { Baseline = value }; }

    public string? Prompt { get => settings.Prompt; set => settings = settings with { Prompt = value }; }

    public string? Model { get => settings.Model; set => settings = settings with { Model = value }; }

    public string? Policy { get => settings.Policy; set => settings = settings with { Policy = value }; }

    public string? Replay { get => settings.Replay; set => settings = settings with { Replay = value }; }

    public int Seed { get => settings.Seed; set => settings = settings with { Seed = value }; }

    public override bool SupportsDiscoveryEnumeration() => true;

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) => new(
        [.. EvalSuite.Cases(suite).Select(@case => new TheoryDataRow<EvalCaseResult>(new EvalCaseResult(suite, settings, @case))
        {
            Label = Failure.Line(@case.Segment is null ? @case.Id : $"{@case.Id}, {@case.Segment}"), Traits = TraitsOf(@case.Segment, @case.Tags),
        })]);

    private static Dictionary<string, HashSet<string>> TraitsOf(string? segment, IReadOnlyList<string> tags)
    {
        var traits = new Dictionary<string, HashSet<string>>();
        if (segment is not null)
            traits["segment"] = [segment];
        if (tags.Count > 0)
            traits["tag"] = [.. tags];
        return traits;
    }
}
