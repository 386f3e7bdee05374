<?php

/** A stand-in for the vendor's WHMCS module: its names, its settings, its cached balance line. */

use WHMCS\Database\Capsule;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

require_once __DIR__ . '/lib/dna.php';

function domainnameapi_version()
{
    return '3.0.16';
}

function domainnameapi_getConfigArray($params = [])
{
    return [
        'FriendlyName' => ['Type' => 'System', 'Value' => 'DomainNameAPI'],
        'Description' => ['Type' => 'System', 'Value' => domainnameapi_balanceLine($params)],
        'API_UserName' => ['FriendlyName' => 'UserName', 'Type' => 'text'],
        'API_Password' => ['FriendlyName' => 'Password', 'Type' => 'password'],
        'API_TestMode' => ['FriendlyName' => 'Test Mode', 'Type' => 'yesno', 'Default' => 'yes'],
        'TrIdendity' => ['FriendlyName' => 'Turkish Identity Number', 'Type' => 'dropdown'],
        'TrTaxOffice' => ['FriendlyName' => 'Turkish Tax Office', 'Type' => 'dropdown'],
        'TrTaxNumber' => ['FriendlyName' => 'Turkish Tax Identification Number', 'Type' => 'dropdown'],
        'basecurrency' => ['FriendlyName' => 'Exchange Conversion for TLD Sync', 'Type' => 'dropdown'],
        'AI_Suggestion' => ['FriendlyName' => 'AI Domain Suggestions', 'Type' => 'dropdown'],
        'AI_OpenAI_Key' => ['FriendlyName' => 'OpenAI API Key', 'Type' => 'password'],
    ];
}

/** The line that looks like a test of the credential and is up to 700 seconds old. */
function domainnameapi_balanceLine($params)
{
    if (($params['API_UserName'] ?? '') === '' || ($params['API_Password'] ?? '') === '') {
        return 'Please enter your username and password';
    }
    $key = 'domainnameapi_'
        . md5('user_' . $params['API_UserName'] . md5($params['API_Password']) . ($params['API_TestMode'] ?? ''));
    $row = Capsule::table('tblconfiguration')->where('setting', $key)->first();
    if ($row !== null && strtotime($row->updated_at) >= time() - 600) {
        return $row->value;
    }
    if ($row === null) {
        // Stamped ahead when it is filled, and stale only ten minutes after that: 700 seconds in all.
        Capsule::table('tblconfiguration')->insert(['setting' => $key, 'value' => '', 'updated_at' => '2000-01-01 00:00:00']);
    }
    return domainnameapi_askBalance($params, $key);
}

function domainnameapi_askBalance($params, $key)
{
    $library = domainnameapi_library($params);
    $details = $library->GetResellerDetails();
    if ($details['result'] !== 'OK') {
        $error = $details['error'];
        return "Username and password combination not correct Code: {$error['Code']} | Message: {$error['Message']}";
    }
    $line = "User: {$details['name']}({$details['id']}) , Balance: {$details['balances'][0]['balance']}$";
    Capsule::table('tblconfiguration')
        ->where('setting', $key)
        ->update(['value' => $line, 'updated_at' => date('Y-m-d H:i:s', time() + 100)]);
    return $line;
}

function domainnameapi_library($params)
{
    return new \DomainNameApi\DomainNameAPI_PHPLibrary(
        $params['API_UserName'] ?? '',
        $params['API_Password'] ?? '',
        $params['API_TestMode'] ?? ''
    );
}

function domainnameapi_GetNameservers($params)
{
    $answer = domainnameapi_library($params)->GetDetails($params['sld'] . '.' . $params['tld']);
    logModuleCall('domainnameapi', __FUNCTION__, ['DomainName' => $params['sld'] . '.' . $params['tld']], $answer);
    if ($answer['result'] !== 'OK') {
        return ['error' => $answer['error']['Message'] . ' - ' . $answer['error']['Details']];
    }
    $servers = [];
    foreach (array_slice($answer['data']['nameservers'] ?? [], 0, 5) as $at => $server) {
        $servers['ns' . ($at + 1)] = $server;
    }
    return $servers;
}
