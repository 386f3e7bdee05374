<?php

/** The part of Apache: what the request looks like to PHP, which files may be fetched, which script runs. */

declare(strict_types=1);

namespace Keyturn\Host;

/** Fills in what Apache or PHP-FPM would have told and php -S does not. */
function prepareServer(): void
{
    $_SERVER['SERVER_ADDR'] = settings()['address'];
    $_SERVER['SERVER_PORT'] = (string) getenv('KEYTURN_HOST_PORT');
    $scheme = $_SERVER['HTTP_X_HOST_SCHEME'] ?? 'http';
    unset($_SERVER['HTTP_X_HOST_SCHEME']);
    unset($_SERVER['HTTPS']);
    if ($scheme === 'https') {
        $_SERVER['HTTPS'] = 'on';
    }
    // A proxy on the same machine in front of the web server: the web server itself is spoken to in plain HTTP.
    if (config('proxy') === true) {
        unset($_SERVER['HTTPS']);
        $_SERVER['HTTP_X_FORWARDED_PROTO'] = $scheme;
        $_SERVER['HTTP_X_FORWARDED_FOR'] = $_SERVER['REMOTE_ADDR'];
        $_SERVER['REMOTE_ADDR'] = settings()['address'];
    }
}

/**
 * What to do with the request: the script to run, null if a static file may be served, false if it has been answered.
 *
 * @return string|null|false
 */
function route()
{
    $path = rawurldecode((string) parse_url('http://host' . $_SERVER['REQUEST_URI'], PHP_URL_PATH));
    if (strncmp($path, '/__host/', 8) === 0) {
        control(substr($path, 8));
        return false;
    }
    $root = settings()['root'];
    if (strpos($path, "\0") !== false || strpos("$path/", '/../') !== false) {
        showPage(400, '400 Bad Request');
        return false;
    }
    $own = routesOf(settings()['source'], $path);
    $file = $own === null ? $root . rtrim($path, '/') : "$root/$own";
    if (is_dir($file)) {
        $file .= '/index.php';
    }
    return decide($root, $file, $path);
}

/** @return string|null|false */
function decide(string $root, string $file, string $path)
{
    $script = scriptAbove($root, $file);
    if (isDenied($root, $script ?? $file)) {
        showPage(403, '403 Forbidden');
        return false;
    }
    if ($script !== null) {
        nameScript($root, $script, $file);
        return $script;
    }
    if (is_file($file)) {
        return null;
    }
    showPage(404, '404 Not Found');
    return false;
}

/** The PHP file that is asked for, also in the form /index.php/more/path. */
function scriptAbove(string $root, string $file): ?string
{
    for ($at = $file; strlen($at) > strlen($root); $at = dirname($at)) {
        if (is_file($at)) {
            return substr($at, -4) === '.php' ? $at : null;
        }
    }
    return null;
}

function nameScript(string $root, string $script, string $file): void
{
    $name = substr($script, strlen($root));
    $_SERVER['SCRIPT_FILENAME'] = $script;
    $_SERVER['SCRIPT_NAME'] = $name;
    $_SERVER['PATH_INFO'] = substr($file, strlen($script));
    $_SERVER['PHP_SELF'] = $name . $_SERVER['PATH_INFO'];
    $_SERVER['DOCUMENT_ROOT'] = $root;
}

/** Apache never hands out .ht files, and nothing below a folder whose .htaccess says so, unless it was told to ignore them. */
function isDenied(string $root, string $file): bool
{
    if (config('htaccess', true) === false) {
        return false;
    }
    if (strncmp(basename($file), '.ht', 3) === 0) {
        return true;
    }
    for ($folder = dirname($file); strlen($folder) >= strlen($root); $folder = dirname($folder)) {
        $rules = is_file("$folder/.htaccess") ? (string) file_get_contents("$folder/.htaccess") : '';
        if (preg_match('/^\s*(Require all denied|Deny from all)\s*$/mi', $rules) === 1) {
            return true;
        }
    }
    return false;
}

/** Rewrites of this panel: test/hosts/<kind>/routes.php returns a function from path to a file below the root, or null. */
function routesOf(string $source, string $path): ?string
{
    return is_file("$source/routes.php") ? (require "$source/routes.php")($path) : null;
}

/** Runs one control: test/hosts/<kind>/control.php returns name => function(array $values). `configure` is everybody's. */
function control(string $name): void
{
    header('Content-Type: application/json');
    // A panel may print notices, if its display_errors is on.
    ob_start();
    $answer = answerOf($name);
    ob_end_clean();
    echo json_encode($answer, JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION);
}

/** @return array<string, mixed> */
function answerOf(string $name): array
{
    try {
        $values = json_decode((string) file_get_contents('php://input'), true, 32, JSON_THROW_ON_ERROR);
        $known = (require settings()['source'] . '/control.php') + ['configure' => 'Keyturn\Host\configure'];
        // What a kind has nothing to say to: nothing to set up, no logs in tables.
        $known += ['install' => static fn () => null, 'logs' => static fn () => []];
        if (!isset($known[$name])) {
            throw new \RuntimeException("this host has no control $name");
        }
        return ['result' => $known[$name]($values)];
    } catch (\Throwable $error) {
        http_response_code(500);
        return ['error' => $error->getMessage() . ' at ' . $error->getFile() . ':' . $error->getLine()];
    }
}
