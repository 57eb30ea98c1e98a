using System.Globalization;

namespace LlmOps.Evaluation;

/// <summary>What a suite measures: the answers, or how they are served.</summary>
public enum SuiteKind { Quality, Serving }

/// <summary>The load of a serving suite (<c>kind: serving</c>), of whose dataset only the questions are used.</summary>
/// <param name="Concurrency">Calls at once, one stage each, 1 to 1,000.</param>
/// <param name="Requests">Of each stage, 1 to 100,000.</param>
/// <param name="Warmup">Calls before the first stage that are not measured, 0 to 100,000.</param>
public sealed record ServingLoad(IReadOnlyList<int> Concurrency, int Requests, int Warmup)
{
    private const int MostAtOnce = 1000;

    public static ServingLoad Usual { get; } = new([1, 8, 32], 200, 20);

    /// <summary>Null for a suite of another kind.</summary>
    internal static ServingLoad? Read(YamlMap root)
    {
        var serving = root.Word<SuiteKind>("kind") == SuiteKind.Serving;
        var map = root.Map("load");
        if (map is null)
            return serving ? Usual : null;
        if (!serving)
            root.Problem(root.LineOf("load"), "bad-load", "load goes with kind: serving. Add that, or remove load.");
        var stages = map.Texts("concurrency").Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).ToList();
        if (stages.Exists(stage => stage is < 1 or > MostAtOnce) || stages.Distinct().Count() < stages.Count)
            map.Problem(map.LineOf("concurrency"), "bad-load", $"load.concurrency must be different whole numbers from 1 to {MostAtOnce}, for example [1, 8, 32].");
        var load = new ServingLoad(stages.Count > 0 ? stages : Usual.Concurrency, map.Whole("requests", 1, 100_000) ?? Usual.Requests, map.Whole("warmup", 0, 100_000) ?? Usual.Warmup);
        map.Close();
        return load;
    }
}
