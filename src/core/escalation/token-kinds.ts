/** A kind of credential that is known by how it begins. */
export interface TokenKind {
  /** As people call it; shown in the preview and sent in the credential's place. */
  name: string;
  /** How it begins, and which characters follow: the source of one regular expression without groups. */
  begins: string;
  body: string;
  /** Characters of the body from which on a piece of one is taken for one. */
  atLeast: number;
  /** Characters of the body after which it is whole: what stands on the next line is not part of it then. */
  whole: number;
  /** It may begin in the middle of a word only when a line begins there. */
  standsAlone?: true;
}

const word = "[A-Za-z0-9]";
const dashed = "[A-Za-z0-9_-]";
const dotted = "[A-Za-z0-9_.-]";
const hex = "[0-9a-fA-F]";
const upper = "[A-Z0-9]";
const base64 = "[A-Za-z0-9+/=]";

function kind(name: string, begins: string, body: string, whole: number, atLeast = Math.min(10, whole)): TokenKind {
  return { name, begins, body, whole, atLeast };
}

function alone(name: string, begins: string, body: string, whole: number, atLeast: number): TokenKind {
  return { ...kind(name, begins, body, whole, atLeast), standsAlone: true };
}

/** The longer beginning stands before the shorter one. */
export const tokenKinds: readonly TokenKind[] = [
  kind("GitHub token", "gh[pousr]_", word, 36, 6),
  kind("GitHub token", "github_pat_", "[A-Za-z0-9_]", 82),
  kind("GitLab token", "gl(?:pat|dt|rt|cbt|ptt|ft|soat|oas|agent|imt|ffct|wt)-", dashed, 20, 6),
  alone("AWS access key", "(?:AKIA|ASIA|ABIA|ACCA)", upper, 16, 12),
  kind("Google API key", "AIza", dashed, 35),
  kind("Google access token", "ya29\\.", dotted, 60),
  kind("Google client secret", "GOCSPX-", dashed, 28, 8),
  alone("Google refresh token", "1//0", dashed, 60, 20),
  kind("Slack token", "xox[abeoprs]-", dashed, 48),
  kind("Slack token", "xoxe\\.xox[bp]-", dashed, 60),
  kind("Slack app token", "xapp-\\d-", dashed, 48),
  kind("Slack webhook", "hooks\\.slack\\.com/(?:services|workflows|triggers)/", "[A-Za-z0-9/]", 40, 8),
  kind("Discord webhook", "discord(?:app)?\\.com/api/webhooks/", "[A-Za-z0-9/_-]", 80, 12),
  kind("Teams webhook", "webhook\\.office\\.com/webhookb2/", "[A-Za-z0-9/@_-]", 100, 12),
  kind("Stripe key", "(?:sk|rk)_(?:live|test)_", word, 24, 8),
  kind("Stripe webhook secret", "whsec_", base64, 32),
  kind("Anthropic key", "sk-ant-", dashed, 95),
  kind("OpenRouter key", "sk-or-v1-", hex, 64),
  alone("OpenAI key", "sk-(?:proj|svcacct|admin|None)-", dashed, 64, 8),
  alone("API key", "sk-", "[A-Za-z0-9]", 32, 16),
  kind("Hugging Face token", "(?:hf|api_org)_", word, 34, 14),
  kind("Replicate token", "r8_", word, 37, 16),
  kind("Groq key", "gsk_", word, 52, 12),
  kind("Perplexity key", "pplx-", word, 48, 12),
  kind("xAI key", "xai-", word, 80, 16),
  kind("NVIDIA key", "nvapi-", dashed, 64),
  kind("Cerebras key", "csk-", word, 48, 16),
  kind("Tavily key", "tvly-", dashed, 32, 12),
  kind("npm token", "npm_", word, 36, 14),
  kind("PyPI token", "pypi-AgE", dashed, 150),
  kind("RubyGems key", "rubygems_", hex, 48),
  kind("Docker token", "dckr_[op]at_", dashed, 27, 8),
  kind("Crates.io token", "cioN?", word, 32, 24),
  kind("SendGrid key", "SG\\.", dotted, 66, 16),
  kind("Brevo key", "xkeysib-", dashed, 80),
  kind("Mailgun key", "key-", hex, 32, 20),
  alone("Twilio key", "SK", "[0-9a-f]", 32, 32),
  kind("DigitalOcean token", "do[oprt]_v1_", hex, 64),
  kind("Heroku key", "HRKU-", dashed, 36),
  kind("Linear key", "lin_(?:api|oauth)_", word, 40),
  kind("Notion token", "(?:ntn|secret)_", word, 43, 32),
  kind("Airtable token", "pat[A-Za-z0-9]{14}\\.", hex, 64),
  kind("Atlassian token", "AT[AC]TT3", "[A-Za-z0-9_=-]", 180, 16),
  kind("Figma token", "fig[dor]_", dashed, 40),
  kind("Postman key", "PMAK-", dashed, 59),
  kind("Shopify token", "shp(?:at|ca|pa|ss|ua)_", hex, 32),
  kind("Square token", "sq0(?:atp|csp|idp)-", dashed, 22),
  alone("Square token", "EAAA", dashed, 60, 40),
  kind("PlanetScale token", "pscale_(?:tkn|pw|oauth)_", dotted, 43),
  alone("Databricks token", "dapi", hex, 32, 20),
  kind("Doppler token", "dp\\.(?:pt|st|sa|scim|audit|ct)\\.", dotted, 43),
  kind("Vault token", "hv[sbr]\\.", dashed, 90, 16),
  kind("Terraform token", "[A-Za-z0-9]{14}\\.atlasv1\\.", dashed, 60, 12),
  kind("Grafana token", "gl(?:sa|c)_", "[A-Za-z0-9_+/=]", 41),
  kind("New Relic key", "NR(?:AK|II|RA|JS|SP)-", dashed, 27),
  kind("Sentry token", "sntry[su]_", "[A-Za-z0-9_+/=]", 64),
  kind("Dynatrace token", "dt0[a-z]\\d\\d\\.", dotted, 89, 20),
  kind("Supabase key", "(?:sbp|sb_secret)_", dashed, 32),
  kind("Netlify token", "nf[pcoub]_", word, 36, 20),
  kind("Vercel token", "vc[pkiar]_", word, 56, 24),
  kind("Fly token", "FlyV1 ", "[A-Za-z0-9_,+/=-]", 200, 20),
  kind("Pulumi token", "pul-", hex, 40, 24),
  kind("Sonar token", "sq[pua]_", hex, 40, 24),
  kind("Contentful token", "CFPAT-", dashed, 43),
  kind("Buildkite token", "bk(?:ua|at|ct)_", word, 40, 20),
  kind("CircleCI token", "CCI(?:PAT|PRJ)_", "[A-Za-z0-9_]", 60),
  kind("JFrog key", "AKCp", word, 69, 24),
  kind("Tailscale key", "tskey-", dashed, 40),
  kind("age key", "AGE-SECRET-KEY-1", upper, 58),
  kind("Mapbox token", "sk\\.eyJ", dotted, 80, 20),
  kind("LaunchDarkly key", "(?:sdk|api)-(?=[0-9a-f]{8}-)", "[0-9a-f-]", 36, 30),
  kind("1Password token", "ops_eyJ", base64, 200, 20),
  kind("Web token", "eyJ[A-Za-z0-9_-]{8,400}\\.eyJ", dotted, 80, 8),
  kind("Web token", "eyJ(?:hbGci|0eXAi|raWQi)", dotted, 120, 20),
  alone("Telegram bot token", "\\d{8,10}:AA", dashed, 33, 24),
  alone("Discord bot token", "[MNO][A-Za-z0-9_-]{23,27}\\.", dotted, 34, 30),
  kind("Azure client secret", "[A-Za-z0-9_~.]{3}\\dQ~", "[A-Za-z0-9_~.-]", 31, 20),
  kind("Password hash", "\\$(?:2[abxy]|argon2(?:i|d|id)|apr1|[156]|y)\\$", "[A-Za-z0-9./$,=+]", 50, 16),
];
