using System.ComponentModel.DataAnnotations;
using LlmOps.Gateway;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LlmOps.Tests.Gateway;

public sealed class ProviderTests
{
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

    [Fact]
    public async Task A_gateway_with_such_an_address_does_not_start()
    {
        await using var gateway = new Misconfigured();
        await gateway.InitializeAsync();

        var error = Assert.Throws<OptionsValidationException>(() => gateway.Services);

        Assert.Contains("Providers__openai__BaseUrl", error.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Faults(string address)
    {
        var options = new ProviderOptions { Providers = { ["openai"] = new Provider { BaseUrl = address } } };
        return options.Validate(new ValidationContext(options)).Select(fault => fault.ErrorMessage!);
    }

    private sealed class Misconfigured : GatewayService
    {
        protected override void ConfigureWebHost(Microsoft.AspNetCore.Hosting.IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.UseSetting("Providers:openai:BaseUrl", "http://169.254.169.254/v1");
        }
    }
}
