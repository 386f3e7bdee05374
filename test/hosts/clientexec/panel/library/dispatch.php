<?php

/** Shows the page that was asked for, or the login page. */
function clientexec_dispatch(): void
{
    $settings = new CE_Settings();
    if (\Keyturn\Host\config('boot') === 'flush') {
        while (ob_get_level() > 0) {
            ob_end_flush();
        }
        flush();
    }
    if ($settings->get('Offline') === '1') {
        clientexec_page('We are down for maintenance');
        exit;
    }
    $wanted = ($_GET['fuse'] ?? '') . '/' . ($_GET['controller'] ?? '') . '/' . ($_GET['view'] ?? '');
    if ($wanted === 'admin/snapins/snapin') {
        clientexec_snapin($settings, (string) ($_GET['plugin'] ?? ''), (string) ($_GET['v'] ?? 'view'));
        return;
    }
    clientexec_page('Log in', '<form method="post"><input name="email"><input type="password" name="passed_password"></form>');
}

/** A page of a snapin: only of one that is active, and only a page that the snapin has mapped. */
function clientexec_snapin(CE_Settings $settings, string $name, string $view): void
{
    $class = 'Plugin' . ucfirst($name);
    $file = "plugins/snapin/$name/$class.php";
    if (!preg_match('/^[a-z0-9]+$/', $name) || !is_file($file) || $settings->get("plugin_{$name}_Enabled") !== '1') {
        CE_Lib::redirectPage('index.php?fuse=home&view=login');
    }
    require_once $file;
    $snapin = new $class(new stdClass());
    $snapin->init();
    $content = $snapin->isMapped($view) ? $snapin->$view() : '';
    clientexec_page($name, (string) $content);
}

function clientexec_page(string $title, string $content = ''): void
{
    header('Content-Type: text/html; charset=utf-8');
    echo "<!DOCTYPE html><html><head><title>$title</title></head><body><h1>$title</h1>$content</body></html>";
}
