<?php

/** A stand-in for the vendor's WHMCS module: its names, its settings, its cached balance line. */

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
        'Description' => ['Type' => 'System', 'Value' => domainnameapi_balanceLine()],
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

/** Reads the rows and decrypts them one by one, as the real module does. */
function domainnameapi_stored()
{
    $stored = ['API_UserName' => '', 'API_Password' => '', 'API_TestMode' => ''];
    foreach (\Keyturn\Host\Whmcs\Registrars::rows('domainnameapi') as $setting => $value) {
        $stored[$setting] = localAPI('DecryptPassword', ['password2' => $value])['password'];
    }
    return $stored;
}

/** The line that looks like a test of the credential and is up to 700 seconds old. */
function domainnameapi_balanceLine()
{
    $stored = domainnameapi_stored();
    if ($stored['API_UserName'] === '' || $stored['API_Password'] === '') {
        return 'Please enter your username and password';
    }
    $key = 'domainnameapi_'
        . md5('user_' . $stored['API_UserName'] . md5($stored['API_Password']) . $stored['API_TestMode']);
    $cached = \Keyturn\Host\database()->prepare('SELECT value FROM tblconfiguration WHERE setting = ? AND updated_at > ?');
    $cached->execute([$key, time() - 600]);
    $line = $cached->fetchColumn();
    return $line === false ? domainnameapi_askBalance($stored, $key) : $line;
}

function domainnameapi_askBalance($stored, $key)
{
    $library = domainnameapi_library($stored);
    $details = $library->GetResellerDetails();
    if ($details['result'] !== 'OK') {
        $error = $details['error'];
        return "Username and password combination not correct Code: {$error['Code']} | Message: {$error['Message']}";
    }
    $line = "User: {$details['name']}({$details['id']}) , Balance: {$details['balances'][0]['balance']}$";
    $save = \Keyturn\Host\database()->prepare('REPLACE INTO tblconfiguration (setting, value, updated_at) VALUES (?, ?, ?)');
    $save->execute([$key, $line, time() + 100]);
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
