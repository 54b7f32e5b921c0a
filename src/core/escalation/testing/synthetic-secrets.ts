/** A credential that nobody has, made anew so that no scanner of this repository stumbles over it. */
export interface SyntheticSecret {
  kind: string;
  value: string;
  /** How it stands in a text, when its form alone does not give it away. */
  within?: (value: string) => string;
  /** The part that must not be sent; the value itself when absent. */
  core?: string;
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";
const lower = "abcdefghijklmnopqrstuvwxyz";
const hexDigits = "0123456789abcdef";
const alphabets = {
  word: letters + digits,
  hex: hexDigits,
  upper: letters.slice(0, 26) + digits,
  dashed: `${letters}${digits}_-`,
  low: lower + digits,
};

function drawer(seed: number) {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return (alphabet: keyof typeof alphabets, length: number) => {
    const from = alphabets[alphabet];
    return Array.from({ length }, () => from.charAt(Math.floor(next() * from.length))).join("");
  };
}

/** More than sixty, of as many kinds. The same for the same seed. */
export function syntheticSecrets(seed = 7): SyntheticSecret[] {
  const draw = drawer(seed);
  const token = (kind: string, ...parts: string[]): SyntheticSecret => ({ kind, value: parts.join("") });
  const named = (kind: string, value: string, within: (value: string) => string): SyntheticSecret => ({
    kind,
    value,
    within,
  });
  const web = `${["e", "y", "J"].join("")}${draw("word", 24)}`;
  return [
    token("GitHub personal", "gh", "p_", draw("word", 36)),
    token("GitHub OAuth", "gh", "o_", draw("word", 36)),
    token("GitHub app", "gh", "s_", draw("word", 36)),
    token("GitHub fine-grained", "github", "_pat_", draw("word", 22), "_", draw("word", 59)),
    token("GitLab", "gl", "pat-", draw("dashed", 20)),
    token("AWS access key", "AK", "IA", draw("upper", 16)),
    token("AWS session key", "AS", "IA", draw("upper", 16)),
    token("Google API", "AI", "za", draw("dashed", 35)),
    token("Google OAuth", "GOC", "SPX-", draw("dashed", 28)),
    token("Google access", "ya", "29.", draw("dashed", 80)),
    token("Slack bot", "xo", "xb-", draw("word", 12), "-", draw("word", 12), "-", draw("word", 24)),
    token("Slack user", "xo", "xp-", draw("word", 12), "-", draw("word", 12), "-", draw("word", 32)),
    token("Slack app", "xa", "pp-1-", draw("upper", 11), "-", draw("upper", 13), "-", draw("hex", 64)),
    token(
      "Slack webhook",
      "https://hooks.slack.com/serv",
      "ices/T",
      draw("upper", 8),
      "/B",
      draw("upper", 8),
      "/",
      draw("word", 24),
    ),
    token("Stripe live", "sk", "_live_", draw("word", 24)),
    token("Stripe restricted", "rk", "_live_", draw("word", 24)),
    token("Stripe webhook", "wh", "sec_", draw("word", 32)),
    token("Anthropic", "sk", "-ant-api03-", draw("dashed", 93)),
    token("OpenAI", "sk", "-proj-", draw("dashed", 74)),
    token("OpenAI, old", "sk", "-", draw("word", 48)),
    token("OpenRouter", "sk", "-or-v1-", draw("hex", 64)),
    token("DeepSeek", "sk", "-", draw("hex", 32)),
    token("Hugging Face", "h", "f_", draw("word", 34)),
    token("Replicate", "r", "8_", draw("word", 37)),
    token("Groq", "gs", "k_", draw("word", 52)),
    token("Perplexity", "pp", "lx-", draw("word", 48)),
    token("xAI", "xa", "i-", draw("word", 80)),
    token("NVIDIA", "nv", "api-", draw("dashed", 64)),
    token("npm", "np", "m_", draw("word", 36)),
    token("PyPI", "py", "pi-AgEIcHlwaS5vcmc", draw("dashed", 140)),
    token("RubyGems", "ruby", "gems_", draw("hex", 48)),
    token("Docker", "dck", "r_pat_", draw("dashed", 27)),
    token("SendGrid", "S", "G.", draw("dashed", 22), ".", draw("dashed", 43)),
    token("Mailgun", "ke", "y-", draw("hex", 32)),
    token("Twilio", "S", "K", draw("hex", 32)),
    token("DigitalOcean", "do", "p_v1_", draw("hex", 64)),
    token("Linear", "lin", "_api_", draw("word", 40)),
    token("Notion", "nt", "n_", draw("word", 46)),
    token("Atlassian", "AT", "ATT3xFfGF0", draw("dashed", 180), "=", draw("upper", 8)),
    token("Figma", "fi", "gd_", draw("dashed", 40)),
    token("Postman", "PM", "AK-", draw("hex", 24), "-", draw("hex", 34)),
    token("Shopify", "shp", "at_", draw("hex", 32)),
    token("Square", "sq", "0atp-", draw("dashed", 22)),
    token("PlanetScale", "pscale", "_tkn_", draw("dashed", 43)),
    token("Databricks", "da", "pi", draw("hex", 32)),
    token("Doppler", "dp", ".pt.", draw("word", 43)),
    token("Vault", "hv", "s.", draw("dashed", 91)),
    token("Terraform", draw("word", 14), ".atlas", "v1.", draw("dashed", 65)),
    token("Grafana", "gl", "sa_", draw("word", 32), "_", draw("hex", 8)),
    token("New Relic", "NR", "AK-", draw("upper", 27)),
    token("Sentry", "sntr", "ys_", draw("word", 70)),
    token("Supabase", "sb", "p_", draw("hex", 40)),
    token("Fly", "Fly", "V1 fm2_", draw("word", 200)),
    token("Sonar", "sq", "p_", draw("hex", 40)),
    token("Tailscale", "ts", "key-auth-", draw("word", 12), "-", draw("word", 32)),
    token("age", "AGE-SECRET", "-KEY-1", draw("upper", 58)),
    token("Telegram", draw("hex", 0), "1234567890", ":A", "A", draw("dashed", 33)),
    token("Web token", web, ".", ["e", "y", "J"].join(""), draw("word", 60), ".", draw("dashed", 43)),
    token("bcrypt", "$2", "b$12$", draw("word", 53)),
    token("Azure client secret", draw("word", 3), "8Q", "~", draw("word", 34)),
    named("AWS secret key", draw("word", 40), (value) => `aws_secret_access_key = ${value}`),
    named(
      "Heroku key",
      `${draw("hex", 8)}-${draw("hex", 4)}-${draw("hex", 4)}-${draw("hex", 4)}-${draw("hex", 12)}`,
      (value) => `HEROKU_API_KEY=${value}`,
    ),
    named("database password", `p${draw("word", 14)}!`, (value) => `postgres://app:${value}@db.internal:5432/shop`),
    named("password in JSON", `w${draw("word", 10)}#9`, (value) => `{"user": "app", "password": "${value}"}`),
    named("password in YAML", `k${draw("low", 10)}7`, (value) => `db:\n  user: app\n  password: ${value}\n`),
    named("password in code", `Z${draw("word", 12)}`, (value) => `const dbPassword = '${value}';`),
    named("bearer header", draw("word", 40), (value) => `Authorization: Bearer ${value}`),
    named("basic header", `${draw("word", 30)}==`, (value) => `-H "Authorization: Basic ${value}"`),
    named("cookie", draw("word", 32), (value) => `Set-Cookie: sid=${value}; Path=/; HttpOnly`),
    named(
      "signature in an address",
      draw("word", 43),
      (value) => `https://x.blob.core.windows.net/a?sv=2024&sig=${value}%3D&se=1`,
    ),
    named("key in an address", draw("word", 20), (value) => `GET /v1/items?api_key=${value}&page=2`),
    named(
      "Azure storage",
      `${draw("word", 86)}==`,
      (value) => `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${value};EndpointSuffix=core`,
    ),
    named("netrc", `n${draw("word", 12)}`, (value) => `machine api.example.com login ann password ${value}`),
    named("curl user", `u${draw("word", 12)}`, (value) => `curl -s -u ann:${value} https://api.example.com`),
    named("pgpass", `g${draw("word", 12)}`, (value) => `db.internal:5432:shop:app:${value}`),
    named("environment", `e${draw("word", 12)}`, (value) => `export PGPASSWORD="${value}"`),
    named("XML", `x${draw("word", 12)}9`, (value) => `<server><password>${value}</password></server>`),
    named("npmrc", `${draw("hex", 8)}-${draw("hex", 24)}`, (value) => `//registry.example.com/:_authToken=${value}`),
    named("WireGuard", `${draw("word", 43)}=`, (value) => `[Interface]\nPrivateKey = ${value}\n`),
    privateKey("RSA", draw),
    privateKey("OPENSSH", draw),
  ];
}

function privateKey(kind: string, draw: ReturnType<typeof drawer>): SyntheticSecret {
  const dashes = "-".repeat(5);
  const lines = Array.from({ length: 12 }, () => draw("word", 64));
  const words = ["PRIVATE", "KEY"].join(" ");
  return {
    kind: `${kind} key`,
    value: `${dashes}BEGIN ${kind} ${words}${dashes}\n${lines.join("\n")}\n${draw("word", 20)}==\n${dashes}END ${kind} ${words}${dashes}`,
    core: lines[6] ?? "",
  };
}
