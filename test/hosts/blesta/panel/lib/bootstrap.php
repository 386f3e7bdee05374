<?php

/** Stand-ins for what Blesta gives its plugins and modules: documented names, our own insides. */

declare(strict_types=1);

define('BLESTA_VERSION', '5.12.0');

foreach (['Configure', 'Language', 'Loader', 'Input', 'Record', 'AppModel', 'AppController', 'Extensions'] as $file) {
    require_once __DIR__ . "/$file.php";
}
require_once __DIR__ . '/api.php';

function blestaDispatch(string $path): void
{
    $path = (string) preg_replace('~^/index\.php(?=/)~', '', $path);
    if (strncmp($path, '/api/', 5) === 0) {
        blestaApi(substr($path, 5));
        return;
    }
    if (\Keyturn\Host\config('maintenance') === true) {
        \Keyturn\Host\showPage(503, 'We are down for maintenance');
        return;
    }
    Configure::set('Blesta.company_id', blestaCompanyOf((string) ($_SERVER['HTTP_HOST'] ?? '')));
    if (preg_match('~^/plugin/([a-z_]+)/([a-z_]+)(?:/([a-zA-Z_]+))?/?$~', $path, $found) === 1) {
        blestaPlugin($found[1], $found[2], $found[3] ?? 'index');
        return;
    }
    blestaLoginPage();
}

/** A company of its own host name; everything else is the first one's. */
function blestaCompanyOf(string $host): int
{
    $find = \Keyturn\Host\database()->prepare('SELECT id FROM companies WHERE hostname = ?');
    $find->execute([$host]);
    return (int) ($find->fetchColumn() ?: 1);
}

function blestaHasPlugin(string $plugin): bool
{
    $find = \Keyturn\Host\database()->prepare('SELECT 1 FROM plugins WHERE dir = ? AND company_id = ?');
    $find->execute([$plugin, Configure::get('Blesta.company_id')]);
    return $find->fetchColumn() !== false;
}

function blestaPlugin(string $plugin, string $controller, string $action): void
{
    $file = dirname(__DIR__) . "/plugins/$plugin/controllers/$controller.php";
    if (!blestaHasPlugin($plugin) || !is_file($file)) {
        \Keyturn\Host\showPage(404, '404 Not Found');
        return;
    }
    require_once dirname(__DIR__) . "/plugins/$plugin/{$plugin}_controller.php";
    require_once $file;
    $class = Loader::camel($controller);
    $page = new $class($controller, $action);
    if (!$page instanceof AppController || !is_callable([$page, $action])) {
        \Keyturn\Host\showPage(404, '404 Not Found');
        return;
    }
    $page->preAction();
    if ($page->stopped) {
        return;
    }
    if ($page->$action() !== false) {
        blestaLoginPage();
    }
}

function blestaLoginPage(): void
{
    header('Content-Type: text/html; charset=utf-8');
    echo '<!DOCTYPE html><html><head><title>Client Login</title></head><body><form method="post">'
        . '<input type="text" name="username"><input type="password" name="password"></form></body></html>';
}
