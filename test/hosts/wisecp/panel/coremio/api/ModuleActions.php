<?php

declare(strict_types=1);

namespace WISECP\Api;

use Modules;
use WISECP\Api\Core\Response;

/** Two of WISECP 5's own actions on modules. How the registrars' group is written is config `registrarGroup`. */
final class ModuleActions
{
    public static function GetModules(string $group): Response
    {
        if ($group !== \Keyturn\Host\config('registrarGroup', 'domain')) {
            return Response::error('unknown_group', 'No such module group.', 404);
        }
        $list = [];
        foreach (Modules::Load('Registrars', 'All', true) as $name => $record) {
            $version = $record['config']['meta']['version'] ?? '';
            $active = \Keyturn\Host\config('sells', true);
            $list[] = ['key' => $name, 'name' => $record['lang']['name'] ?? $name, 'version' => $version, 'active' => $active];
        }
        return Response::success($list);
    }

    public static function GetModuleConfig(string $group, string $name): Response
    {
        $record = Modules::Load('Registrars', $name, true);
        if ($record === false) {
            return Response::error('module_not_found', 'No such module.', 404);
        }
        $settings = $record['config']['settings'] ?? [];
        foreach (preg_grep('/pass|key|secret|token/i', array_keys($settings)) as $secret) {
            $settings[$secret] = '*****';
        }
        return Response::success(['group' => $group, 'key' => $name, 'status' => true, 'settings' => $settings]);
    }
}
