package sensitive

import (
	"regexp"

	"github.com/sluicegate/sluice/internal/check"
)

// pattern is something that a single added line does.
type pattern struct {
	rule    string
	class   class
	risk    check.Risk
	fails   bool
	words   []string // in lower case: a line that has none of them is not looked at
	regexp  *regexp.Regexp
	except  *regexp.Regexp // a line that matches it too is harmless
	where   func(*file) bool
	quoted  bool // it does the same within a string
	message string
	fix     string
}

func anywhere(*file) bool { return true }

// scripts are files in which a command line stands as it is.
func scripts(f *file) bool {
	switch f.path.ext {
	case ".sh", ".bash", ".zsh", ".yml", ".yaml", ".mk", ".ps1", ".bat", ".cmd", ".dockerfile", "":
		return true
	}
	return named("dockerfile containerfile makefile jenkinsfile", f.path.base) || named("dockerfile", f.path.base[:min(len(f.path.base), 10)])
}

func terraform(f *file) bool { return named(".tf .tfvars .hcl", f.path.ext) }

// terraformOrLike are the languages in which infrastructure is written.
func terraformOrLike(f *file) bool { return infrastructureFile(&f.path) || terraform(f) }

var atHome = regexp.MustCompile(`localhost|127\.0\.0\.1|\[::1\]`)

const (
	tlsFix  = "Verify, and add the certificate of the authority that signs the other side to what is trusted."
	tlsText = "Switches off the verification of the other side's certificate, so that anybody in between can read and change what is sent."
)

func tls(quoted bool, where func(*file) bool, except *regexp.Regexp, pattern_ string, words ...string) pattern {
	return pattern{
		rule: "tls-verification", class: unverified, risk: check.High, fails: true, words: words, regexp: regexp.MustCompile(pattern_),
		except: except, where: where, quoted: quoted, message: tlsText, fix: tlsFix,
	}
}

func line(rule string, c class, risk check.Risk, where func(*file) bool, message, pattern_ string, words ...string) pattern {
	return pattern{
		rule: rule, class: c, risk: risk, words: words, regexp: regexp.MustCompile(pattern_), where: where, quoted: c == infrastructure, message: message,
	}
}

var patterns = []pattern{
	// Go, Python, JavaScript, Ruby, PHP, C#, Java, Rust, C: the names are of their standard libraries and well-known clients.
	tls(false, anywhere, nil, `\bInsecureSkipVerify\s*[:=]\s*true\b`, "insecureskipverify"),
	tls(false, anywhere, regexp.MustCompile(`^\s*func\b`), `\bInsecureIgnoreHostKey\(`, "insecureignorehostkey"),
	tls(false, anywhere, regexp.MustCompile(`^\s*(?:async\s+)?def\b`), `\b(?:verify|verify_ssl|ssl_verify|verify_certs|verify_tls|validate_certs|check_hostname)\s*=\s*False\b`, "verify=f", "verify = f", "verify =f", "verify_ssl", "ssl_verify", "verify_certs", "verify_tls", "validate_certs", "check_hostname"),
	tls(true, anywhere, nil, `\b_create_unverified_context\b|\b(?:verify_mode|cert_reqs)["']?\s*[=:]\s*["']?(?:ssl\.)?CERT_NONE\b`, "_create_unverified_context", "cert_none"),
	tls(true, anywhere, nil, `\brejectUnauthorized["']?\s*[:=]\s*false\b`, "rejectunauthorized"),
	tls(true, anywhere, nil, `\bNODE_TLS_REJECT_UNAUTHORIZED["'\]]*\s*[:=]\s*["']?0`, "node_tls_reject_unauthorized"),
	tls(true, anywhere, nil, `\bstrict-?[sS][sS][lL]["']?(?:\s*[:=]\s*|\s+)["']?false\b`, "strictssl", "strict-ssl"),
	tls(false, anywhere, regexp.MustCompile(`^\s*(?:SSL_)?VERIFY_NONE\s*=`), `\bVERIFY_NONE\b|\bSSL_VERIFY_NONE\b`, "verify_none"),
	tls(false, anywhere, nil, `\bverify_ssl:\s*false\b|\bssl:\s*\{[^}]*\bverify:\s*false\b|\bverify_mode:\s*:none\b|\bverify:\s*:verify_none\b`, "verify_ssl", "verify:", "verify_mode", "verify_none"),
	tls(true, anywhere, nil, `\bCURLOPT_SSL_VERIFY(?:PEER|HOST)\b\s*(?:,|=>)\s*(?:0|false|FALSE)\b`, "curlopt_ssl_verify"),
	tls(true, anywhere, nil, `["'](?:verify|verify_peer|verify_peer_name)["']\s*=>\s*false\b`, "'verify'", "\"verify\"", "verify_peer"),
	tls(false, anywhere, nil, `\bDangerousAcceptAnyServerCertificateValidator\b|\bServerCertificate(?:Custom)?ValidationCallback\b.*(?:=>\s*true\b|return\s+true\b)`, "dangerousacceptany", "servercertificate"),
	tls(false, anywhere, nil, `\b(?:NoopHostnameVerifier|ALLOW_ALL_HOSTNAME_VERIFIER|TrustAllStrategy|InsecureTrustManagerFactory|AllowAllHostnameVerifier)\b`, "noophostnameverifier", "allow_all_hostname", "trustallstrategy", "insecuretrustmanager", "allowallhostname"),
	tls(false, anywhere, nil, `\b(?:setHostnameVerifier|hostnameVerifier)\b.*(?:->\s*true\b|return true\b)`, "hostnameverifier"),
	tls(false, anywhere, nil, `\bdanger_accept_invalid_(?:certs|hostnames)\(\s*true\b`, "danger_accept_invalid"),
	tls(true, anywhere, nil, `\b(?:insecure[_-]skip[_-](?:tls[_-])?verify|insecureSkipTLSVerify|insecureSkipVerify|skip_tls_verify)["']?\s*[:=]\s*["']?true\b`, "insecure_skip_verify", "insecure-skip-tls-verify", "insecure_skip_tls_verify", "insecureskiptlsverify", "insecureskipverify", "skip_tls_verify", "insecure-skip-verify"),
	// Command lines.
	tls(true, scripts, atHome, `\bcurl\b[^|;&]*\s(?:-[a-zA-Z]*k[a-zA-Z]*|--insecure)(?:\s|["']|$)`, "curl"),
	tls(true, scripts, atHome, `\bwget\b[^|;&]*--no-check-certificate`, "no-check-certificate"),
	tls(true, scripts, nil, `\bhttp\.sslVerify["']?[\s=]+["']?(?:false|0)\b|\bGIT_SSL_NO_VERIFY["']?\s*[:=]\s*["']?(?:true|1)\b|\bPYTHONHTTPSVERIFY["']?\s*[:=]\s*["']?0`, "sslverify", "git_ssl_no_verify", "pythonhttpsverify"),
	tls(true, scripts, nil, `--insecure-skip-tls-verify(?:=true)?(?:\s|["']|$)|\bStrictHostKeyChecking[=\s]+["']?no\b|--trusted-host\b`, "insecure-skip-tls-verify", "stricthostkeychecking", "--trusted-host"),
	{
		rule: "signature-verification", class: unverified, risk: check.High, fails: true,
		words:  []string{"verify_signature", "\"none\"", "'none'", "parseunverified"},
		regexp: regexp.MustCompile(`["']?verify_signature["']?\s*[:=]>?\s*(?:False|false)\b|\b(?:algorithms?|alg)["']?\s*[:=]>?\s*\[?\s*["'](?:none|None|NONE)["']|\bParseUnverified\(`),
		except: regexp.MustCompile(`(?i)\b(?:raise|throw|reject)|error|[!=]==?`),
		where:  anywhere, quoted: true,
		message: "Takes tokens whose signature nobody verifies.", fix: "Name the algorithm and the key, and verify.",
	},

	// Guards that are opened.
	line("guard-opened", authentication, check.High, anywhere, "Opens to everybody what a guard would protect.",
		`@csrf_exempt\b|\[AllowAnonymous\]|@AllowAnonymous\b|@PermitAll\b|\bpermission_classes\s*=\s*[\[(]\s*(?:permissions\.)?AllowAny\b|\bskip_before_action\s+:(?:authenticate|authorize|require_login|verify_authenticity_token)\w*|\bskip_(?:authorization|authorize_resource)\b|\banyRequest\(\)\.permitAll\(\)|\bcsrf\(\)\.disable\(\)|\bcsrf\.disable\(\)|\bAbstractHttpConfigurer::disable`,
		"csrf_exempt", "allowanonymous", "permitall", "allowany", "skip_before_action", "skip_authoriz", "csrf", "abstracthttpconfigurer::disable"),
	line("weak-cryptography", authentication, check.Medium, anywhere, "Uses cryptography that is broken.",
		`\bmd5\.(?:New|Sum)\(|\bsha1\.(?:New|Sum)\(|\bhashlib\.(?:md5|sha1)\(|\bhashlib\.new\(\s*["'](?:md5|sha1)|\bgetInstance\(\s*["'](?:MD5|SHA-?1|DES|DESede|RC4|[A-Za-z0-9]+/ECB/[A-Za-z0-9]+)["']|\bcreateHash\(\s*["'](?:md5|sha1)["']|\bDigest::(?:MD5|SHA1)\b|\bMD5\.Create\(|\bSHA1\.Create\(|\b(?:des|rc4)\.NewCipher\(|\bcreateCipher(?:iv)?\(\s*["'](?:des|rc4|[a-z0-9-]+-ecb)|\bMODE_ECB\b|\bCipherMode\.ECB\b|\bDES\.new\(|\bARC4\.new\(`,
		"md5.", "sha1.", "hashlib.", "getinstance(", "createhash(", "createcipher", "digest::", "rc4.", "des.new", "_ecb", ".ecb", "arc4."),

	// Infrastructure.
	line("protection-off", infrastructure, check.High, terraformOrLike, "Takes a protection against loss away.",
		`\b(?:prevent_destroy|deletion_protection|deletion_protection_enabled|enable_deletion_protection|termination_protection|DeletionProtection|deletionProtection|versioning_enabled)["']?\s*[:=]\s*["']?false\b|\b(?:force_destroy|skip_final_snapshot|SkipFinalSnapshot|force_delete)["']?\s*[:=]\s*["']?true\b|\bDeletionPolicy["']?\s*:\s*["']?Delete\b`,
		"prevent_destroy", "deletion_protection", "deletionprotection", "termination_protection", "versioning_enabled", "force_destroy", "skip_final_snapshot", "skipfinalsnapshot", "force_delete", "deletionpolicy"),
	line("open-to-all", infrastructure, check.High, terraformOrLike, "Opens something to everybody, or lets it do everything.",
		`["'](?:0\.0\.0\.0/0|::/0)["']|\bprivileged["']?\s*:\s*["']?true\b|\ballowPrivilegeEscalation["']?\s*:\s*["']?true\b|\bhostNetwork["']?\s*:\s*["']?true\b|["']?\b[aA]ctions?["']?\s*[:=]\s*\[?\s*["']\*["']|\bacl\s*=\s*["']public-read|\bpublicly_accessible\s*=\s*true\b|["']?Principal["']?\s*[:=]\s*["']\*["']|/var/run/docker\.sock\b|\ballUsers\b`,
		"0.0.0.0/0", "::/0", "privileged", "allowprivilegeescalation", "hostnetwork", "\"*\"", "'*'", "public-read", "publicly_accessible", "docker.sock", "allusers"),
}
