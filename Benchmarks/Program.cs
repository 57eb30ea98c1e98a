using System.Globalization;
using LlmOps.Benchmarks;

// Each figure of README.md by its first word; without one, the load on a running stack.
var root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../.."));
var shared = Path.Combine(root, "../shared/data");
switch (args)
{
    case ["groundedness", .. var folder]:
        GroundednessFit.Print(folder is [var begin] ? begin : Path.Combine(shared, "groundedness/begin"), Console.Out);
        await GroundednessFit.Time(Console.Out);
        break;
    case ["injection"]:
        InjectionTraining.Run(root);
        break;
    case ["pii", .. var file]:
        PiiFigures.Print(file is [var rows] ? rows : Path.Combine(shared, "pii/presidio_synth_v2/data.jsonl"), Console.Out);
        break;
    case ["data-rows", var target, var count, var seed]:
        using (var made = File.Create(target))
            DataRows.Write(made, int.Parse(count, CultureInfo.InvariantCulture), int.Parse(seed, CultureInfo.InvariantCulture));
        break;
    case ["runner", .. var cases]:
        await Runner.Run(cases is [var n] ? int.Parse(n, CultureInfo.InvariantCulture) : 10_000, Console.Out, CancellationToken.None);
        break;
    case ["statistics"]:
        await Statistics.Print(Console.Out);
        break;
    default:
        await StackLoad.Run();
        break;
}
