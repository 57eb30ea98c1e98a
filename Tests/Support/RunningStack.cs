using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace LlmOps.Tests;

/// <summary>One running stack for all journeys that only use it: <c>[Collection(nameof(RunningStack))]</c> and a constructor parameter.</summary>
[CollectionDefinition(nameof(RunningStack))]
public sealed class RunningStackCollection : ICollectionFixture<RunningStack>;

/// <summary>The real AppHost as a process of its own, on free ports and with its own data, driven from outside.</summary>
public sealed class RunningStack : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Dictionary<string, string> environment;
    private readonly StringBuilder output = new();
    private readonly TaskCompletionSource<int> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Process? process;

    private OtlpReceiver? telemetry;

    public RunningStack() : this(NewFolder(), []) => Disposes = true;

    private RunningStack(string folder, Dictionary<string, string> environment) => (Folder, this.environment) = (folder, environment);

    public static string HostProgram { get; } = Checkout.Program("AppHost");

    /// <summary>Holds <c>data</c> and <c>endpoints.json</c>.</summary>
    public string Folder { get; }

    public string EndpointsFile => Path.Combine(Folder, "endpoints.json");

    /// <summary>Set once all processes are healthy.</summary>
    public Endpoints Endpoints { get; private set; } = new(new Dictionary<string, string>(), new Dictionary<string, string>());

    /// <summary>Takes what the processes of the shared stack tell about themselves.</summary>
    public OtlpReceiver Telemetry => telemetry ?? throw new InvalidOperationException("only the shared stack has a receiver");

    public int Pid => process!.Id;

    public Task<int> Exited => exited.Task;

    /// <summary>What the host and its processes printed so far.</summary>
    public string Output
    {
        get
        {
            lock (output)
                return output.ToString();
        }
    }

    private bool Disposes { get; init; }

    /// <summary>A folder that the unprivileged user of root's servers can reach.</summary>
    public static string NewFolder()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"llmops-stack-{Guid.CreateVersion7():n}");
        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>Starts a host and does not wait for it.</summary>
    /// <param name="folder">Where its data is or will be; the caller deletes it.</param>
    /// <param name="settings">Over the usual environment; an empty value unsets.</param>
    public static RunningStack Launch(string folder, Dictionary<string, string>? settings = null, bool viaDotNetRun = false)
    {
        var stack = new RunningStack(folder, settings ?? []);
        stack.Launch(viaDotNetRun);
        return stack;
    }

    public static async Task<RunningStack> Start(string folder, bool viaDotNetRun = false)
    {
        File.Delete(Path.Combine(folder, "endpoints.json")); // a killed host leaves it
        var stack = Launch(folder, viaDotNetRun: viaDotNetRun);
        await stack.Ready();
        return stack;
    }

    /// <summary>A client of one process that calls with the local key of a role.</summary>
    public HttpClient Client(string name, Role role) => new()
    {
        BaseAddress = new Uri(Endpoints.Addresses[name] + "/"),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Endpoints.Keys[LocalPerson.Words(role)]) },
        Timeout = TimeSpan.FromMinutes(2),
    };

    /// <exception cref="InvalidOperationException">The host ended, or took too long; with what it printed.</exception>
    public async Task Ready()
    {
        var clock = Stopwatch.StartNew();
        while (!File.Exists(EndpointsFile))
        {
            if (exited.Task.IsCompleted || clock.Elapsed > Patience)
                throw new InvalidOperationException($"The host did not become ready ({(exited.Task.IsCompleted ? $"exit code {await exited.Task}" : "still waiting")}):\n{Output}");
            await Task.Delay(100);
        }
        Endpoints = Json.Read<Endpoints>(await File.ReadAllTextAsync(EndpointsFile));
    }

    /// <summary>Asks the host to stop, as a supervisor would, and waits for its end.</summary>
    public async Task<int> Stop()
    {
        if (!exited.Task.IsCompleted)
            Processes.Signal(Pid, "TERM");
        return await exited.Task.WaitAsync(Patience);
    }

    /// <summary>Ends the host as the kernel would, without a word.</summary>
    public async Task Kill()
    {
        Processes.Signal(Pid, "KILL");
        await exited.Task.WaitAsync(Patience);
    }

    public async ValueTask InitializeAsync()
    {
        telemetry = await OtlpReceiver.Start();
        environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = telemetry.Url;
        environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        environment["OTEL_BSP_SCHEDULE_DELAY"] = environment["OTEL_BLRP_SCHEDULE_DELAY"] = environment["OTEL_METRIC_EXPORT_INTERVAL"] = "1000"; // ms
        Launch(viaDotNetRun: false);
        await Ready();
    }

    public async ValueTask DisposeAsync()
    {
        if (process is null)
            return;
        await Stop();
        process.Dispose();
        if (telemetry is not null)
            await telemetry.DisposeAsync();
        if (Disposes)
            Directory.Delete(Folder, recursive: true);
    }

    private void Launch(bool viaDotNetRun)
    {
        string[] arguments = viaDotNetRun ? ["run", "--no-build", "--project", Path.Combine(Checkout.Root, "AppHost")] : [HostProgram];
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = "/", UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["LLMOPS_DATA"] = Path.Combine(Folder, "data");
        start.Environment["LLMOPS_ENDPOINTS"] = EndpointsFile;
        start.Environment["LLMOPS_PORTS"] = "auto";
        start.Environment["LLMOPS_OWNER"] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture); // should the tests be killed, so is the stack
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.Exited += (_, _) => exited.TrySetResult(process.ExitCode);
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private void Note(string? line)
    {
        lock (output)
            output.AppendLine(line);
    }
}
