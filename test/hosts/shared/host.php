<?php

/**
 * What every simulated panel stands on: its settings, its logs, and the web server's own decisions. It shares no code with the
 * connector, which is one of the things that are tried out on it.
 */

declare(strict_types=1);

namespace Keyturn\Host;

/** The file with the settings of this host; it lies outside the panel's folder. */
function settingsFile(): string
{
    return (string) getenv('KEYTURN_HOST');
}

/**
 * kind, address, root (the panel's folder), source (test/hosts/<kind>), logs (a folder), vendor [live, test],
 * database [socket, user, password, database], config (what the test asked for).
 *
 * @return array<string, mixed>
 */
function settings(): array
{
    return json_decode((string) file_get_contents(settingsFile()), true, 32, JSON_THROW_ON_ERROR);
}

/**
 * One value of `config`, which a test can change at any time with control('configure', ...).
 *
 * @param mixed $default
 * @return mixed
 */
function config(string $name, $default = null)
{
    return settings()['config'][$name] ?? $default;
}

/** @param array<string, mixed> $changes a null takes a value back to its default */
function configure(array $changes): void
{
    $lock = fopen(settingsFile() . '.lock', 'c');
    flock($lock, LOCK_EX);
    $settings = settings();
    $settings['config'] = array_filter(
        array_replace($settings['config'], $changes),
        static fn ($value): bool => $value !== null
    );
    // An empty list and an empty object look alike in PHP.
    $json = json_encode(['config' => (object) $settings['config']] + $settings, JSON_THROW_ON_ERROR);
    file_put_contents(settingsFile() . '.new', $json);
    rename(settingsFile() . '.new', settingsFile());
    fclose($lock);
}

/** The panel's own database. */
function database(): \PDO
{
    static $connection = null;
    if ($connection === null) {
        $given = settings()['database'];
        $connection = new \PDO(
            "mysql:unix_socket={$given['socket']};dbname={$given['database']};charset=utf8mb4",
            $given['user'],
            $given['password'],
            [\PDO::ATTR_ERRMODE => \PDO::ERRMODE_EXCEPTION, \PDO::ATTR_DEFAULT_FETCH_MODE => \PDO::FETCH_ASSOC]
        );
    }
    return $connection;
}

/** Adds a line to one of the panel's logs; all of them are searched for secrets. */
function writeLog(string $name, string $line): void
{
    file_put_contents(settings()['logs'] . "/$name.log", $line . "\n", FILE_APPEND | LOCK_EX);
}

/** Ends the request with a small page, as a web server shows it. */
function showPage(int $status, string $title): void
{
    http_response_code($status);
    header('Content-Type: text/html; charset=utf-8');
    echo "<!DOCTYPE html><html><head><title>$title</title></head><body><h1>$title</h1></body></html>";
}
