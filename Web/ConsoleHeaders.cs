namespace LlmOps.Web;

/// <summary>What the browser must never do with our pages: run inline scripts, load from elsewhere, frame them.</summary>
public static class ConsoleHeaders
{
    public static void UseConsoleHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        context.Response.Headers.ContentSecurityPolicy = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return next();
    });
}
