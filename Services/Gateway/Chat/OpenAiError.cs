using System.Globalization;
using System.Text.Json.Nodes;
using LlmOps.Inference;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace LlmOps.Gateway;

/// <summary>Marks routes whose every error, of authentication too, has OpenAI's shape.</summary>
public sealed class OpenAiSurface;

/// <summary>A refusal as OpenAI's clients read it.</summary>
public sealed class OpenAiError(Refusal refusal) : IResult
{
    private static readonly TimeSpan JournalRetry = TimeSpan.FromSeconds(1);

    public int Status => refusal.Code switch
    {
        "body-too-large" => StatusCodes.Status413PayloadTooLarge,
        Models.TimedOutCode => StatusCodes.Status504GatewayTimeout,
        Journal.UnwritableCode or Calls.NotReadyCode => StatusCodes.Status503ServiceUnavailable,
        Calls.InternalCode => StatusCodes.Status500InternalServerError,
        _ => Problems.Status(refusal.Kind),
    };

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = "application/json";
        response.Headers["x-should-retry"] = Retryable ? "true" : "false";
        if (Wait is { } wait)
        {
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            response.Headers["retry-after-ms"] = Math.Ceiling(wait.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        }
        return response.WriteAsync(Body().ToJsonString(Json.Options));
    }

    /// <summary><c>{"error": {message, type, param, code}}</c>, also sent inside a stream that has begun.</summary>
    public JsonObject Body() => new()
    {
        ["error"] = new JsonObject
        {
            ["message"] = refusal.Detail,
            ["type"] = Kind,
            ["param"] = Parameter,
            ["code"] = refusal.Kind == RefusalKind.Unauthorized ? "invalid_api_key" : refusal.Code.Replace('-', '_'),
        },
    };

    /// <summary>What another try may change. Whatever the caller or the bundle must change first is not worth one.</summary>
    private bool Retryable => refusal.Kind is RefusalKind.Upstream or RefusalKind.Exhausted && refusal.Code is not ("bundle-broken" or "bundle-missing" or Models.UnconfiguredCode);

    private TimeSpan? Wait => refusal is UpstreamRefusal { RetryAfter: { } wait } ? wait : refusal.Code == Journal.UnwritableCode ? JournalRetry : null;

    private string Kind => refusal.Kind switch
    {
        RefusalKind.Exhausted => "rate_limit_error",
        RefusalKind.Forbidden => "permission_error",
        RefusalKind.Upstream when Status == StatusCodes.Status503ServiceUnavailable => "service_unavailable_error",
        RefusalKind.Upstream => "api_error",
        _ => "invalid_request_error",
    };

    private string? Parameter => refusal.Code switch
    {
        "missing-variable" or "extra-variable" or "variables-unreadable" => "prompt_variables",
        "messages-missing" or "messages-unreadable" => "messages",
        "metadata-unreadable" => "metadata",
        "model-missing" or "model-not-found" or "nothing-live" => "model",
        _ => null,
    };
}

/// <summary>Says in OpenAI's shape that a key is missing or may not, on the routes that are OpenAI's.</summary>
public sealed class OpenAiRefusals : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler others = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded || context.GetEndpoint()?.Metadata.GetMetadata<OpenAiSurface>() is null)
            return others.HandleAsync(next, context, policy, authorizeResult);
        return new OpenAiError(authorizeResult.Challenged
            ? new Refusal(RefusalKind.Unauthorized, "key-needed", "This needs an API key that is known, unexpired and not revoked: send Authorization: Bearer lmo_….")
            : Refusal.Forbidden("scope-missing", $"This key may not call the gateway: its role lacks the scope {Scope.Invoke}. Ask an admin for a key of the right role.")).ExecuteAsync(context);
    }
}
