using System.Runtime.Versioning;
using LlmOps.AppHost;

namespace LlmOps.Tests.AppHost;

[UnsupportedOSPlatform("windows")]
public sealed class DataFolderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("llmops-data-").FullName;

    [Theory]
    [InlineData("/srv/data", "/home/ann/llmops", true, true, "/srv/data")]
    [InlineData(null, "/home/ann/llmops", false, false, "/home/ann/llmops/.llmops/data")]
    [InlineData("", "/home/ann/llmops", true, true, "/home/ann/llmops/.llmops/data")]
    public void The_folder_asked_for_wins_then_the_checkouts_own(string? asked, string checkout, bool asRoot, bool reachable, string expected) =>
        Assert.Equal(expected, DataFolder.Choose(asked, checkout, asRoot, _ => reachable));

    [Fact]
    public void Root_keeps_its_data_outside_a_checkout_that_its_servers_cannot_reach()
    {
        var one = DataFolder.Choose(asked: null, "/srv/one", asRoot: true, _ => false);
        var other = DataFolder.Choose(asked: null, "/srv/other", asRoot: true, _ => false);

        Assert.StartsWith("/var/lib/llmops/", one, StringComparison.Ordinal);
        Assert.NotEqual(one, other);
    }

    [Fact]
    public void A_secret_is_made_once_and_readable_by_its_owner_alone()
    {
        var data = Open();

        var secret = data.Secret("access-secret");

        Assert.Matches("^[0-9a-f]{64}$", secret);
        Assert.Equal(secret, Open().Secret("access-secret"));
        Assert.NotEqual(secret, data.Secret("other"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(data.Of("access-secret")));
    }

    [Fact]
    public void Emptied_it_keeps_nothing_but_the_lock()
    {
        var data = Open();
        data.Secret("access-secret");
        Directory.CreateDirectory(data.Of("postgres"));
        using var held = HostLock.Take(data.Path, out _);

        data.Empty();

        Assert.Equal(["host", "lock"], Directory.EnumerateFileSystemEntries(data.Path).Select(Path.GetFileName).Order());
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private DataFolder Open()
    {
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute);
        return DataFolder.Open(Path.Combine(folder, "data"), "/nowhere");
    }
}
