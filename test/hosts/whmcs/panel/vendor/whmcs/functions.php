<?php

/** The global functions that WHMCS documents for modules and hooks. */

declare(strict_types=1);

use Keyturn\Host\Whmcs\Actions;
use Keyturn\Host\Whmcs\Cipher;
use Keyturn\Host\Whmcs\Hooks;
use Keyturn\Host\Whmcs\Logs;

function encrypt(string $value): string
{
    return Cipher::encrypt($value);
}

function decrypt(string $value): string
{
    return Cipher::decrypt($value);
}

/**
 * @param array<mixed> $values
 * @return array<string, mixed>
 */
function localAPI(string $command, array $values = [], string $adminUser = ''): array
{
    return Actions::run(strtolower($command), $values);
}

/** @param callable|string $function */
function add_hook(string $point, int $priority, $function): void
{
    Hooks::add($point, $priority, $function);
}

function logActivity(string $message): void
{
    Logs::activity($message);
}

/**
 * @param mixed $request
 * @param mixed $response
 * @param mixed $data
 * @param string[] $replace
 */
function logModuleCall(string $module, string $action, $request, $response, $data = '', array $replace = []): void
{
    Logs::module($module, $action, $request, $response);
}
