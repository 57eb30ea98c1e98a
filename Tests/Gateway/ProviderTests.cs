using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using LlmOps.Gateway;

namespace LlmOps.Tests.Gateway;

public sealed class ProviderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("llmops-test-").FullName;
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("https://api.openai.com/v1")]
    [InlineData("http://localhost:11434/v1")]
    [InlineData("http://10.0.0.8/v1/")]
    public void A_providers_address_may_be_anywhere_that_models_run(string address) => Assert.Empty(Faults(address));

    [Theory]
    [InlineData("")]
    [InlineData("api.openai.com/v1")]
    [InlineData("/v1")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://models/v1")]
    [InlineData("http://169.254.169.254/v1")]
    [InlineData("http://2852039166/v1")]
    [InlineData("http://[fe80::1]/v1")]
    [InlineData("http://[::ffff:169.254.169.254]/v1")]
    [InlineData("http://[fd00:ec2::254]/v1")]
    [InlineData("http://metadata.google.internal/v1")]
    [InlineData("http://METADATA.google.internal./v1")]
    public void An_address_that_is_none_or_the_machines_own_secrets_is_named_and_refused(string address) =>
        Assert.Contains("Providers__openai__BaseUrl", Assert.Single(Faults(address)), StringComparison.Ordinal);

    // As a process: the test host of the framework may report a start that failed as one that was disposed of.
    [Fact]
    public async Task A_gateway_with_such_an_address_does_not_start()
    {
        var start = new ProcessStartInfo("dotnet", [Checkout.Program("Gateway")])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            Environment =
            {
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0", ["Access__Secret"] = "test-secret", ["ConnectionStrings__gateway"] = "Host=127.0.0.1;Port=9",
                ["services__releases__http__0"] = "http://127.0.0.1:9", ["services__costs__http__0"] = "http://127.0.0.1:9",
                ["services__indexes__http__0"] = "http://127.0.0.1:9", ["Storage__Folder"] = folder, ["Providers__openai__BaseUrl"] = "http://169.254.169.254/v1",
            },
        };
        using var gateway = Process.Start(start)!;
        var said = await Task.WhenAll(gateway.StandardOutput.ReadToEndAsync(Ct), gateway.StandardError.ReadToEndAsync(Ct));
        await gateway.WaitForExitAsync(Ct);

        Assert.NotEqual(0, gateway.ExitCode);
        Assert.Contains("Providers__openai__BaseUrl", string.Concat(said), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Faults(string address)
    {
        var options = new ProviderOptions { Providers = { ["openai"] = new Provider { BaseUrl = address } } };
        return options.Validate(new ValidationContext(options)).Select(fault => fault.ErrorMessage!);
    }
}
