using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmOps;

/// <summary>Who calls: an API key read from <c>Authorization: Bearer</c>, <c>api-key</c> or <c>x-api-key</c>, checked against the signed snapshot of keys.</summary>
public static class Callers
{
    public const string Scheme = "api-key";

    internal static void AddCallers(this WebApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton<AccessCache>();
        builder.Services.AddAuthentication(Scheme).AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(Scheme, null);
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder(Scheme).RequireAuthenticatedUser().Build());
    }

    /// <summary>Every route of the group needs a caller with that scope.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder routes, string scope) where TBuilder : IEndpointConventionBuilder =>
        routes.RequireAuthorization(policy => policy.AddAuthenticationSchemes(Scheme).RequireClaim("scope", scope)).WithMetadata(new RequiredScope(scope));

    /// <summary>The caller behind an authenticated request.</summary>
    public static Caller Caller(this HttpContext context) =>
        context.Items[typeof(Caller)] as Caller ?? throw new InvalidOperationException("Asked for the caller of a route that lets anyone in.");

    /// <summary>Refuses an app that the caller's key does not cover, as if it were not there.</summary>
    public static Refusal? Uncovered(this Caller caller, string app) =>
        caller.Covers(app) ? null : Refusal.NotFound("app-not-found", $"There is no app {app}, or this key does not cover it.");

    private sealed record RequiredScope(string Scope);

    private sealed class ApiKeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, AccessCache access)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (KeyText() is not { } text)
                return Task.FromResult(AuthenticateResult.NoResult());
            if (access.Find(text) is not { } caller)
                return Task.FromResult(AuthenticateResult.Fail("The key is unknown, expired or revoked."));

            Context.Items[typeof(Caller)] = caller;
            var identity = new ClaimsIdentity(caller.Scopes.Select(scope => new Claim("scope", scope)), Callers.Scheme);
            identity.AddClaim(new Claim(ClaimTypes.Name, caller.Person));
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Callers.Scheme)));
        }

        protected override Task HandleChallengeAsync(AuthenticationProperties properties) => Answer(new Refusal(RefusalKind.Unauthorized, "key-needed",
            "This needs an API key that is known, unexpired and not revoked: send Authorization: Bearer lmo_…. Local keys are in .llmops/endpoints.json."));

        protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
        {
            var caller = Context.Caller();
            var lacking = Context.GetEndpoint()?.Metadata.GetOrderedMetadata<RequiredScope>().FirstOrDefault(needed => !caller.May(needed.Scope));
            return Answer(Refusal.Forbidden("scope-missing",
                $"{caller.Person} may not do this: the role {LocalPerson.Words(caller.Role)} lacks the scope {lacking?.Scope}. Ask an admin for a key of a role that has it."));
        }

        private Task Answer(Refusal refusal) => refusal.ToProblem().ExecuteAsync(Context);

        private string? KeyText()
        {
            var bearer = Request.Headers.Authorization.ToString();
            if (bearer.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
                return bearer["Bearer ".Length..].Trim();
            return Request.Headers["api-key"].FirstOrDefault() ?? Request.Headers["x-api-key"].FirstOrDefault();
        }
    }
}
