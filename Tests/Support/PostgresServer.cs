using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

[assembly: AssemblyFixture(typeof(LlmOps.Tests.PostgresServer))]

namespace LlmOps.Tests;

/// <summary>One real Postgres for the whole test run: the one given by <c>LLMOPS_TEST_POSTGRES</c>, else a private one in a temporary folder.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private string? folder;
    private string? bin;

    /// <summary>Connection string of the server's superuser, database <c>postgres</c>.</summary>
    public static string Connection { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("LLMOPS_TEST_POSTGRES") is { Length: > 0 } given)
        {
            Connection = given;
            return;
        }

        bin = Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql").OrderByDescending(path => int.TryParse(Path.GetFileName(path), out var version) ? version : 0)
                .Select(path => Path.Combine(path, "bin")).FirstOrDefault(path => File.Exists(Path.Combine(path, "initdb")))
            : null;
        if (bin is null)
            throw new InvalidOperationException("These tests need a Postgres server. Install the package postgresql (./test.sh does it), or name a server in LLMOPS_TEST_POSTGRES.");

        folder = Path.Combine(Path.GetTempPath(), $"llmops-tests-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        if (Environment.IsPrivilegedProcess)
            Run("chown", "nobody", folder);
        var port = FreePort();
        var data = Path.Combine(folder, "data");
        RunUnprivileged(Path.Combine(bin, "initdb"), "-D", data, "-U", "llmops", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C");
        RunUnprivileged(Path.Combine(bin, "pg_ctl"), "-D", data, "-w", "-l", Path.Combine(folder, "log"), "-o",
            $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300", "start");
        Connection = $"Host=127.0.0.1;Port={port};Username=llmops;Database=postgres;Include Error Detail=true";
        await using var source = NpgsqlDataSource.Create(Connection);
        await using var command = source.CreateCommand("select 1");
        await command.ExecuteScalarAsync();
    }

    public ValueTask DisposeAsync()
    {
        if (folder is not null)
        {
            RunUnprivileged(Path.Combine(bin!, "pg_ctl"), "-D", Path.Combine(folder, "data"), "-m", "immediate", "stop");
            Directory.Delete(folder, recursive: true);
        }
        return ValueTask.CompletedTask;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Postgres refuses root, so root steps down to the user nobody.</summary>
    private static void RunUnprivileged(params string[] command) =>
        Run(Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", .. command] : command);

    private static void Run(params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = Path.GetTempPath(), RedirectStandardOutput = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        // pg_ctl leaves the server behind with our pipe open, so only the exit is awaited, never the end of the output.
        if (!process.WaitForExit(TimeSpan.FromSeconds(60)) || process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)} did not succeed.");
    }
}
