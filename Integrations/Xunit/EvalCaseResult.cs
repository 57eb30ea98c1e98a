using System.Diagnostics;
using LlmOps.Evaluation;
using Xunit;
using Xunit.Sdk;

namespace LlmOps.Xunit;

/// <summary>One case of a suite inside a test. Whoever first looks at a result of the suite waits for its run.</summary>
[StackTraceHidden]
public sealed class EvalCaseResult : IXunitSerializable
{
    private string suite = "";
    private EvalSettings settings = new();

    [Obsolete("For the test runner, which restores a discovered case by it.")]
    public EvalCaseResult()
    {
    }

    internal EvalCaseResult(string suite, EvalSettings settings, EvalCase @case) =>
        (this.suite, this.settings, Id, Input) = (suite, settings, @case.Id, string.Join('\n', @case.Vars.Values));

    public string Id { get; private set; } = "";

    public string Input { get; private set; } = "";

    /// <summary>One per repeat of the suite.</summary>
    public IReadOnlyList<CaseResult> Results =>
        [.. EvalSuite.Wait(suite, settings, TestContext.Current.CancellationToken).Cases.Where(result => result.Id == Id)];

    /// <summary>Fails the test unless every answer was given and passed by every scorer.</summary>
    public void ShouldPass()
    {
        if (Results is not { Count: > 0 } results)
            Assert.Fail($"{Id} is no case of {suite} any more. Discover the tests again.");
        else if (results.FirstOrDefault(result => result.Error is not null || !result.Passed) is { } failed)
            Assert.Fail(Failure.Of(Input, failed));
    }

    public override string ToString() => Id;

    void IXunitSerializable.Serialize(IXunitSerializationInfo info)
    {
        info.AddValue(nameof(suite), suite);
        info.AddValue(nameof(settings), Json.Write(settings));
        info.AddValue(nameof(Id), Id);
        info.AddValue(nameof(Input), Input);
    }

    void IXunitSerializable.Deserialize(IXunitSerializationInfo info)
    {
        suite = info.GetValue<string>(nameof(suite))!;
        settings = Json.Read<EvalSettings>(info.GetValue<string>(nameof(settings))!);
        Id = info.GetValue<string>(nameof(Id))!;
        Input = info.GetValue<string>(nameof(Input))!;
    }
}
